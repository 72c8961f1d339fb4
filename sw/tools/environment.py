"""Virtual environments for tools that need packages of PyPI."""

import subprocess
import venv


def fetch(folder, module, packages):
    """The Python of a virtual environment in which `module` can be imported; `packages`, with their versions, are
    installed if it cannot. What is there already stays. CalledProcessError: they cannot be had."""
    python = folder / "bin/python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    if subprocess.run([python, "-c", f"import {module}"], check=False, capture_output=True).returncode != 0:
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    return python
