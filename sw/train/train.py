"""Trains the float teacher, a float network, and from it one network a number format.

Schedules are fixed; nothing is selected by looking at the test images.
`train.py --validate` trains on 1157 images of the training part and reports
accuracy on the 280 others (for choosing a recipe); it writes nothing.
`train.py <kind> ...` trains only these, from the stored float networks; `chain`
needs none, since it has no teacher.
Results go to build/train/<name>.npz, see parameters.py; the float networks
also to build/train/<name>.pt.
"""

import os
import sys

import numpy
import torch
import torch.nn.functional as functional

from adder_network import AdderDigitNetwork
from data import SEED, as_network_input, augment, hold_out_validation, load_split, mix_up
from mx_network import ChainDigitNetwork, MxDigitNetwork
from network import DigitNetwork
from parameters import WORK_FOLDER, save_parameters
from xnor_network import XnorDigitNetwork

BATCH = 64
TEMPERATURE = 2.0
TEACHER_WIDTHS = (32, 64, 128)
TEACHER_EPOCHS = 150
FLOAT_EPOCHS = 100
QUANTIZED_EPOCHS = {"ternary": 300, "int8": 100, "int4": 120, "shift": 120, "apot": 120, "palette": 120,
                    "ttq": 200, "binary": 300, "adder": 200, "xnor": 300, "mxfp4": 100, "chain": 100}
OWN_NETWORKS = {"adder": AdderDigitNetwork, "xnor": XnorDigitNetwork, "mxfp4": MxDigitNetwork,
                "chain": ChainDigitNetwork}
WITHOUT_TEACHER = ["chain"]
OWN_RATE = 5e-3
SETTLING_EPOCHS = 60  # last part: fixed ranges and statistics
OBSERVING_EPOCHS = 5  # first part: ranges are observed, not yet applied


def loss_of(logits, targets, teacher_logits):
    """Cross entropy to targets [N,10], half replaced by the teacher's opinion."""
    hard = -(targets * functional.log_softmax(logits, 1)).sum(1).mean()
    if teacher_logits is None:
        return hard
    soft = functional.kl_div(functional.log_softmax(logits / TEMPERATURE, 1),
                             functional.softmax(teacher_logits / TEMPERATURE, 1),
                             reduction="batchmean") * TEMPERATURE ** 2
    return 0.5 * hard + 0.5 * soft


def run_epoch(network, optimizer, schedule, data, teacher, generator):
    """One pass over shuffled, augmented data; returns the mean loss."""
    images, targets = data
    order = torch.randperm(len(images), generator=generator)
    total, batches = 0.0, 0
    for start in range(0, len(order) - BATCH + 1, BATCH):
        chosen = order[start:start + BATCH]
        batch = augment(images[chosen], generator)
        batch, goal = mix_up(batch, targets[chosen], generator)
        opinion = None
        if teacher is not None:
            with torch.no_grad():
                opinion = teacher(batch)
        loss = loss_of(network(batch), goal, opinion)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total, batches = total + loss.item(), batches + 1
    return total / batches


def train(title, network, data, epochs, rate, teacher=None, before_epoch=None):
    """Adam with cosine decay from `rate` to 0; before_epoch(epoch) sets modes."""
    generator = torch.Generator().manual_seed(SEED)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    steps = epochs * (len(data[0]) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for epoch in range(epochs):
        network.train()
        if before_epoch is not None:
            before_epoch(epoch)
        loss = run_epoch(network, optimizer, schedule, data, teacher, generator)
        if (epoch + 1) % 20 == 0 or epoch + 1 == epochs:
            print(f"  {title}: epoch {epoch + 1}/{epochs} loss {loss:.4f}", flush=True)
    network.eval()
    return network


def start_network(kind, start):
    """The network of a kind: of its own architecture, or from a float network of the same widths."""
    torch.manual_seed(SEED)
    if kind in OWN_NETWORKS:
        return OWN_NETWORKS[kind]()
    network = DigitNetwork(kind)
    network.start_from(start)
    return network


def train_quantized(kind, start, data, teacher):
    """Quantization-aware training."""
    network = start_network(kind, start)
    epochs = QUANTIZED_EPOCHS[kind]

    def before_epoch(epoch):
        settling = epoch >= epochs - SETTLING_EPOCHS
        network.set_activations(not settling, epoch >= OBSERVING_EPOCHS)
        if settling:
            network.train_with_fixed_statistics()

    rate = OWN_RATE if kind in OWN_NETWORKS else 2e-3
    return train(kind, network, data, epochs, rate, None if kind in WITHOUT_TEACHER else teacher, before_epoch)


def accuracy(network, images, labels):
    """Share of images (uint8 [N,8,8]) whose largest logit is at the label."""
    with torch.no_grad():
        predicted = network(as_network_input(images)).argmax(1).numpy()
    return float(numpy.mean(predicted == labels))


def state_path(name):
    return os.path.join(WORK_FOLDER, name + ".pt")


def float_networks(data, stored):
    """The teacher and the float network, trained or, if stored, read."""
    networks = {"teacher": DigitNetwork("float", TEACHER_WIDTHS), "float": DigitNetwork("float")}
    if stored:
        for name, network in networks.items():
            network.load_state_dict(torch.load(state_path(name)))
            network.eval()
        return networks
    train("teacher", networks["teacher"], data, TEACHER_EPOCHS, 3e-3)
    train("float", networks["float"], data, FLOAT_EPOCHS, 3e-3, networks["teacher"])
    return networks


def save(name, network):
    """Store a network: its parameters, and the state of a float one."""
    os.makedirs(WORK_FOLDER, exist_ok=True)
    if name in ("teacher", "float") or name in OWN_NETWORKS:
        torch.save(network.state_dict(), state_path(name))
    if name in ("teacher", "mxfp4", "chain"):
        return
    save_parameters(name, network)


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    validating = "--validate" in sys.argv
    kinds = [word for word in sys.argv[1:] if not word.startswith("--")]
    images, labels = load_split()[:2]
    if validating:
        images, labels, validation_images, validation_labels = \
            hold_out_validation(images, labels)
    targets = functional.one_hot(torch.from_numpy(labels.astype(numpy.int64)), 10)
    data = as_network_input(images), targets.float()
    networks = {} if kinds == WITHOUT_TEACHER else float_networks(data, bool(kinds) and not validating)
    for kind in list(networks) + (kinds or list(QUANTIZED_EPOCHS)):
        if kind not in networks:
            networks[kind] = train_quantized(kind, networks.get("float"), data, networks.get("teacher"))
        network = networks[kind]
        print(f"  {kind}: accuracy on the training part "
              f"{100 * accuracy(network, images, labels):.2f} %", flush=True)
        if validating:
            share = accuracy(network, validation_images, validation_labels)
            print(f"  {kind}: accuracy on the validation part {100 * share:.2f} %")
        else:
            save(kind, network)


if __name__ == "__main__":
    main()
