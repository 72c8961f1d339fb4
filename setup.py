"""The compiled half of the package: CMake builds the module napier._napier.

NAPIER_BUILD names a build folder that is there already; without it one is made, without verilated machines.
"""

import os
import pathlib
import shutil
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = pathlib.Path(__file__).resolve().parent


def pybind11_folder():
    """Tells CMake where pip's pybind11 is; nothing if there is none, since Debian's is found by itself."""
    try:
        import pybind11
    except ImportError:
        return []
    return [f"-Dpybind11_DIR={pybind11.get_cmake_dir()}"]


class CMakeBuild(build_ext):
    def build_extension(self, ext):
        build = pathlib.Path(os.environ.get("NAPIER_BUILD", pathlib.Path(self.build_temp).resolve() / "cmake"))
        if "NAPIER_BUILD" not in os.environ:
            subprocess.run(["cmake", "-S", ROOT, "-B", build, "-G", "Ninja", "-DNAPIER_PACKAGE=ON",
                            "-DNAPIER_MACHINES=", f"-DPython_EXECUTABLE={sys.executable}", *pybind11_folder()],
                           check=True)
        subprocess.run(["cmake", "--build", build, "--target", "napier_python"], check=True)
        target = pathlib.Path(self.get_ext_fullpath(ext.name)).resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(next((build / "python/napier").glob("_napier*.so")), target)


setup(ext_modules=[Extension("napier._napier", sources=[])], cmdclass={"build_ext": CMakeBuild})
