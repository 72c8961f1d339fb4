#!/bin/sh
# Trains, exports and records the digit models of sw/models from nothing:
#   1. installs Debian's PyTorch, scikit-learn and venv if they are absent;
#   2. makes build/train-venv (sees Debian's packages, adds requirements.txt);
#   3. trains the float teacher, the float network and one network a number format;
#   4. writes the ONNX files, the oracle arrays, the integer comparison, README.
#   5. compares the vectors of microscaling elements with ml_dtypes.
# Set PHASES to a subset of "train export oracle check report elements" to repeat only some.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
environment="$root/build/train-venv"
python="$environment/bin/python"
phases=${PHASES:-"train export oracle check report elements"}

install_debian_packages() {
    missing=""
    for package in python3-torch python3-sklearn python3-venv; do
        dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    echo "train: installing Debian packages:$missing"
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo"
    # shellcheck disable=SC2086
    $as_root apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq \
        --no-install-recommends $missing
}

make_environment() {
    if [ ! -x "$python" ]; then
        echo "train: making the virtual environment build/train-venv"
        mkdir -p "$root/build"
        /usr/bin/python3 -m venv --system-site-packages "$environment"
    fi
    "$python" -m pip install --quiet --disable-pip-version-check \
        -r "$here/requirements.txt"
}

run_phase() {
    case "$1" in
        train)  scripts=train.py ;;
        export) scripts="export_models.py export_custom.py export_rectified.py" ;;
        oracle) scripts="oracle.py custom_oracle.py activation_oracle.py transformer_oracle.py" ;;
        check)  scripts=integer_check.py ;;
        report) scripts=report.py ;;
        elements) scripts=check_elements.py ;;
        *) echo "train: unknown phase '$1'" >&2; exit 2 ;;
    esac
    for script in $scripts; do
        echo "train: phase $1 ($script)"
        (cd "$here" && nice -n 10 "$python" -B "$script")
    done
}

install_debian_packages
make_environment
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
for phase in $phases; do
    run_phase "$phase"
done
echo "train: done; results are in sw/models"
