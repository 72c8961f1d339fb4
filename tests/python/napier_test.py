"""Does the Python module give the golden model's numbers, and refuse what cannot be with a sentence?"""

import pathlib
import threading
import unittest

import napier
import numpy

MODELS = pathlib.Path(__file__).resolve().parents[2] / "sw/models"


def model(name):
    return str(MODELS / f"digits_{name}.onnx")


def images(count):
    return numpy.load(MODELS / "digits_test_images.npy")[:count]


class Module(unittest.TestCase):
    def refused(self, kind, text, function, *arguments):
        with self.assertRaisesRegex(napier.Error, text) as caught:
            function(*arguments)
        self.assertEqual(caught.exception.kind, kind)

    def test_a_model_gives_the_recorded_numbers_of_another_runtime(self):
        """sw/models holds ONNX Runtime's outputs of every image."""
        for name in ("ternary", "int8"):
            device = napier.Device("sim", "edge")
            device.load(model(name))
            pictures = images(20).reshape(-1, *device.input.shape)
            recorded = numpy.load(MODELS / f"digits_{name}_logits.npy")[:20]
            scores = device.run(pictures)
            self.assertEqual(scores.dtype, numpy.float32)
            numpy.testing.assert_array_equal(scores.reshape(20, -1), recorded.reshape(20, -1))
            numpy.testing.assert_array_equal(device.run(pictures[7]), scores[7])

    def test_every_device_gives_the_same_bytes(self):
        scores, cycles = [], []
        for name in ("sim", "rtl"):
            device = napier.Device(name, "tiny")
            device.load(model("ternary"))
            scores.append(device.run(images(2).reshape(-1, *device.input.shape)))
            cycles.append(device.commands)
        numpy.testing.assert_array_equal(scores[0], scores[1])
        numpy.testing.assert_array_equal(cycles[0], cycles[1])

    def test_arrays_of_any_real_type_and_stride_are_taken(self):
        device = napier.Device(machine="edge")
        device.load(model("ternary"))
        pictures = images(4).reshape(-1, *device.input.shape)
        expected = device.run(pictures.astype(numpy.float32))
        numpy.testing.assert_array_equal(device.run(pictures.astype(numpy.float64)), expected)
        numpy.testing.assert_array_equal(device.run(pictures.astype(numpy.int32)), expected)
        numpy.testing.assert_array_equal(device.run(pictures[::-1])[::-1], expected)

    def test_ports_counters_layers_and_commands_tell_of_the_run(self):
        device = napier.Device("sim", "edge")
        device.load(model("ternary"))
        self.assertEqual((device.input.dtype, device.input.shape), (numpy.float32, (1, 8, 8)))
        self.assertEqual(int(numpy.prod(device.output.shape)), 10)
        device.run(images(1).reshape(device.input.shape))
        commands = device.commands
        self.assertEqual(commands.shape, (device.counters["commands"], 2))
        self.assertTrue((commands[:, 0] < commands[:, 1]).all())
        self.assertEqual(sum(layer.cycles for layer in device.layers), int(commands.max()))
        self.assertEqual([layer.operation for layer in device.layers][-1], "Gemm")
        self.assertEqual(device.energies().shape, (len(device.layers),))
        self.assertTrue((device.energies("7nm") < device.energies("45nm")).all())

    def test_wrong_devices_files_and_arrays_are_refused(self):
        self.refused("usage", "There is no device 'abacus'", napier.Device, "abacus")
        self.refused("usage", "abacus", napier.Device, "sim", "abacus")
        device = napier.Device("sim", "edge")
        self.refused("usage", "No model is loaded", device.run, numpy.zeros((1, 8, 8)))
        self.refused("usage", "No model is loaded", lambda: device.input)
        self.refused("system", "absent.onnx", device.load, "absent.onnx")
        self.refused("input", "test_images", device.load, str(MODELS / "digits_test_images.npy"))
        device.load(model("ternary"))
        self.refused("usage", "no complete run", lambda: device.counters)
        self.refused("input", "1 x 8 x 8, or a batch of N x 1 x 8 x 8, and got 8 x 8", device.run, numpy.zeros((8, 8)))
        self.refused("input", "takes float32 and got complex128", device.run, numpy.zeros((1, 8, 8), complex))
        self.refused("input", "not a number", device.run, numpy.full((1, 8, 8), numpy.nan))
        device.run(numpy.zeros((1, 8, 8)))
        self.refused("usage", "abacus", device.energies, "abacus")

    def test_a_model_of_several_inputs_takes_an_array_for_each(self):
        device = napier.Device("sim", "edge")
        device.load(str(MODELS / "zoo/reduced-bitnet-decode.onnx"))  # a token, and the keys and values of 11 before it
        ports = {port.name: port.shape for port in device.inputs}
        self.assertEqual(ports, {"input": (1, 1, 32), "L0.k_cache": (2, 11, 8), "L0.v_cache": (2, 11, 8)})
        self.assertEqual(device.input.name, "input")
        random = numpy.random.default_rng(1)
        arrays = [random.normal(size=(3, *shape)) for shape in ports.values()]
        batch = device.run(*arrays)
        self.assertEqual(batch.shape, (3, *device.output.shape))
        for i in range(3):
            self.assertTrue(numpy.array_equal(device.run(*[array[i] for array in arrays]), batch[i]))
        other = device.run(arrays[0], arrays[1], arrays[2][::-1])
        self.assertFalse(numpy.array_equal(other, batch))
        with self.assertRaisesRegex(napier.Error, r"takes 3 arrays \(input, L0.k_cache, L0.v_cache\) and got 1"):
            device.run(arrays[0])
        with self.assertRaisesRegex(napier.Error, "L0.v_cache got 2 images and input input got 3"):
            device.run(arrays[0], arrays[1], arrays[2][:2])

    def test_a_model_of_tokens_takes_integers(self):
        device = napier.Device("sim", "edge")
        device.load(str(MODELS / "zoo/reduced-mobilellm.onnx"))  # 7 tokens out of 50
        self.assertEqual((device.input.name, device.input.shape), ("tokens", (1, 7, 1)))
        self.assertEqual(device.input.dtype, numpy.int64)
        tokens = numpy.array([0, 3, 49, -1, -50, 7, 7]).reshape(1, 7, 1)
        scores = device.run(tokens)
        self.assertTrue(numpy.array_equal(device.run(tokens.astype(numpy.int16)), scores))
        self.assertTrue(numpy.array_equal(device.run(tokens % 50), scores))
        self.assertFalse(numpy.array_equal(device.run(tokens % 49), scores))
        self.refused("input", "got 50 for the index of one of 50 rows", device.run, numpy.full((1, 7, 1), 50))
        self.refused("input", "takes int64 and got float64", device.run, tokens + 0.5)

    def test_threads_may_share_a_device(self):
        device = napier.Device("sim", "edge")
        device.load(model("ternary"))
        pictures = images(12).reshape(-1, *device.input.shape)
        expected, results = device.run(pictures), [None] * len(pictures)

        def work(index):
            results[index] = device.run(pictures[index])
        threads = [threading.Thread(target=work, args=(index,)) for index in range(len(pictures))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        numpy.testing.assert_array_equal(numpy.stack(results), expected)

    def test_threads_may_ask_of_the_last_run_while_another_runs(self):
        device = napier.Device("sim", "edge")
        device.load(model("ternary"))
        pictures = images(40).reshape(-1, *device.input.shape)
        device.run(pictures[0])
        expected, asked = device.counters, 0
        thread = threading.Thread(target=device.run, args=(pictures,))
        thread.start()
        while thread.is_alive() or asked == 0:
            self.assertEqual(device.counters, expected)
            self.assertEqual(len(device.commands), expected["commands"])
            asked += 1
        thread.join()

    def test_the_machines_are_those_of_the_description(self):
        self.assertIn("edge", napier.machines())
        self.assertEqual(len(napier.machines()), len(set(napier.machines())))


if __name__ == "__main__":
    unittest.main()
