"""Napier from Python: open a device, load a model, run it on numpy arrays. The manual is docs/python.md."""

from ._napier import Device, Error, Layer, Port, machines

__all__ = ["Device", "Error", "Layer", "Port", "machines"]
