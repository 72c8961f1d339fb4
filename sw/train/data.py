"""The handwritten digits: loading, the fixed split, and training augmentation.

Source: scikit-learn's copy of the UCI "Optical Recognition of Handwritten
Digits" test set: 1797 images of 8x8 pixels, gray levels 0..16.
"""

import math

import numpy
import torch
import torch.nn.functional as functional
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 20240
TEST_COUNT = 360
VALIDATION_COUNT = 280


def load_split():
    """Return (train images, train labels, test images, test labels).

    Images are uint8 [count, 8, 8] with values 0..16, labels uint8 [count].
    The split is stratified by label and depends on SEED only.
    """
    digits = load_digits()
    images = digits.images.astype(numpy.uint8)
    labels = digits.target.astype(numpy.uint8)
    return _split(images, labels, TEST_COUNT)


def hold_out_validation(images, labels):
    """Divide training data; return (images, labels, validation images, labels)."""
    return _split(images, labels, VALIDATION_COUNT)


def _split(images, labels, held_out):
    kept_images, out_images, kept_labels, out_labels = train_test_split(
        images, labels, test_size=held_out, random_state=SEED, stratify=labels)
    return kept_images, kept_labels, out_images, out_labels


def as_network_input(images):
    """uint8 [count, 8, 8] -> float32 tensor [count, 1, 8, 8], still 0..16."""
    return torch.from_numpy(images.astype(numpy.float32)).unsqueeze(1)


def augment(images, generator):
    """Distort a float batch [count, 1, 8, 8]; values stay near 0..16.

    Two thirds of the images get a small random rotation, scaling, shear and
    shift (at most one pixel); all get a random ink strength and slight noise.
    """
    count = images.shape[0]

    def uniform(bound):
        return (torch.rand(count, generator=generator) * 2 - 1) * bound

    active = (torch.rand(count, generator=generator) < 2 / 3).float()
    angle = uniform(12 * math.pi / 180) * active
    stretch = 1 + uniform(0.12) * active
    shear = uniform(0.12) * active
    cosine, sine = torch.cos(angle), torch.sin(angle)
    matrix = torch.stack([
        torch.stack([stretch * cosine, shear - sine, uniform(0.25) * active], 1),
        torch.stack([sine, stretch * cosine, uniform(0.25) * active], 1)], 1)
    grid = functional.affine_grid(matrix, images.shape, align_corners=False)
    moved = functional.grid_sample(images, grid, align_corners=False)
    chosen = torch.where(active.view(-1, 1, 1, 1) > 0, moved, images)
    ink = (1 + uniform(0.1)).view(-1, 1, 1, 1)
    noise = torch.randn(images.shape, generator=generator) * 0.3
    return chosen * ink + noise


def mix_up(images, targets, generator, share=0.3):
    """Blend each image with a random other one, at most `share` of it.

    images: float [count, 1, 8, 8]; targets: float [count, 10] probabilities.
    """
    count = images.shape[0]
    order = torch.randperm(count, generator=generator)
    weight = torch.rand(count, generator=generator) * share
    weight = weight * (torch.rand(count, generator=generator) < 0.5).float()
    image_weight = weight.view(-1, 1, 1, 1)
    mixed = images * (1 - image_weight) + images[order] * image_weight
    blended = targets * (1 - weight.view(-1, 1)) + targets[order] * weight.view(-1, 1)
    return mixed, blended
