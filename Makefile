# Everything starts here; "make" alone lists the targets. BUILD: build folder. JOBS: parallel jobs.
BUILD ?= build
JOBS ?= $(shell nproc)
MODEL ?= sw/models/digits_ternary.onnx
MACHINE ?= edge
PNR_MACHINE ?= tiny
IMAGES ?= sw/models/digits_test_images.npy
LABELS ?= sw/models/digits_test_labels.npy

PYTHON := /usr/bin/python3
INSTALL := sw/tools/install.sh
CXX_PACKAGES := g++ cmake ninja-build ccache python3 libfmt-dev libcli11-dev nlohmann-json3-dev catch2 libsystemc-dev \
    libprotobuf-dev protobuf-compiler zlib1g-dev verilator
PYTHON_PACKAGES := python3-dev pybind11-dev python3-numpy python3-matplotlib python3-pip python3-setuptools python3-wheel
SYNTH_PACKAGES := yosys python3
PROVE_PACKAGES := $(SYNTH_PACKAGES) berkeley-abc
BROWSER_PACKAGES := chromium
PLACE_PACKAGES := $(SYNTH_PACKAGES) nextpnr-ice40

.DEFAULT_GOAL := help
.PHONY: help run build test mutations sanitize faults hls devices lockstep exhaustive lint prove netlist equivalence coverage synth place pnr bench \
    train formats squeezenext zoo zoo-rtl charts browser generate clean packages configure

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: configure ## run a model on the simulator and on the RTL, and compare every byte and cycle
	cmake --build $(BUILD) --parallel $(JOBS) --target napier
	$(BUILD)/napier run $(MODEL) --images $(IMAGES) --labels $(LABELS) --machine $(MACHINE) --rtl 1

build: configure ## build everything
	cmake --build $(BUILD) --parallel $(JOBS)

test: build charts browser ## build and test everything; the last line counts. MUTATIONS=ci or all plants faults, too
	$(INSTALL) $(PROVE_PACKAGES) python3-venv
	$(PYTHON) tests/tools/run_tests.py --build $(BUILD) --jobs $(JOBS) $(if $(MUTATIONS),--mutations $(MUTATIONS))

mutations: build ## plant faults one by one; each must make a test fail
	$(PYTHON) tests/mutations/run.py --jobs $(JOBS)

sanitize: packages ## run the suites of bad input with the address and undefined-behaviour sanitizers
	@cmake -S . -B $(BUILD)/sanitize -G Ninja --log-level=WARNING -DNAPIER_SANITIZE=ON -DNAPIER_MACHINES= \
	    -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1"
	cmake --build $(BUILD)/sanitize --parallel $(JOBS) --target sanitized
	$(PYTHON) tests/tools/run_sanitized.py --build $(BUILD)/sanitize --jobs $(JOBS)

FAULTS := $(BUILD)/tests/programs/faults
faults: configure ## inject 100,000 faults into driver, simulator and RTL: the table of docs/robustness.md
	cmake --build $(BUILD) --parallel $(JOBS) --target faults
	$(FAULTS) --device sim --machine odd --faults 89000
	$(FAULTS) --device sim --machine tiny --faults 10000
	$(FAULTS) --device rtl --machine odd --faults 1000
	$(FAULTS) --device rtl --machine odd --resets

hls: configure ## test the units for high-level synthesis, and what the open compiler XLS (from PyPI) makes of products
	$(INSTALL) python3-venv
	cmake --build $(BUILD) --parallel $(JOBS) --target test_hls xls_products
	$(BUILD)/tests/test_hls
	$(BUILD)/tests/programs/xls_products

devices: configure ## run every digit model and a reduced network on every device: the table of docs/devices.md
	cmake --build $(BUILD) --parallel $(JOBS) --target devices
	$(BUILD)/tests/programs/devices

lockstep: configure ## hours: random programs on simulator and RTL, 1e8 cycles of the RTL in all
	cmake --build $(BUILD) --parallel $(JOBS) --target lockstep
	$(BUILD)/tests/programs/lockstep --machine tiny --programs 1000000 --cycles 40000000
	$(BUILD)/tests/programs/lockstep --machine odd --programs 1000000 --cycles 40000000
	$(BUILD)/tests/programs/lockstep --machine edge --programs 1000000 --cycles 20000000

ELEMENTS := mxfp4 mxfp6_e2m3 mxfp6_e3m2 mxfp8_e5m2 mxfp8_e4m3 mxint8
BLOCKS := fp4 narrow e4m3 e5m2 all
EXHAUSTIVE := $(foreach a,$(ELEMENTS),"mx_quantize_63_32 [long] -c $(a)") $(BLOCKS:%="mx_block_% [random][long]") \
    $(foreach a,$(ELEMENTS),$(foreach b,$(ELEMENTS),"mx_block_all [pairs][long] -c '$(a) by $(b)'"))
exhaustive: configure ## hours: every float32 through every microscaling conversion, blocks and products of every pair of scales
	cmake --build $(BUILD) --parallel $(JOBS) --target test_rtl_mx_quantize_63_32 $(BLOCKS:%=test_rtl_mx_block_%) encode_elements
	$(INSTALL) python3-venv
	$(PYTHON) tests/vectors/mx/every_float32.py --program $(BUILD)/tests/programs/encode_elements --environment $(BUILD)/ml_dtypes
	@printf '%s\n' $(EXHAUSTIVE) | xargs -P $(JOBS) -d '\n' -I {} \
	    sh -c 'result=$$($(BUILD)/tests/rtl/test_rtl_{}) && echo "passed: $$0" || { echo "$$result"; exit 1; }' {}

lint: ## check the RTL with Verilator and the rules of the house
	$(INSTALL) verilator $(SYNTH_PACKAGES)
	$(PYTHON) -m unittest discover --start-directory tests/house --top-level-directory tests/house --pattern '*_test.py'

prove: ## prove the rules of handshakes, queues and registers without bound: the table of docs/formal.md; minutes
	$(INSTALL) $(PROVE_PACKAGES)
	$(PYTHON) tests/formal/run.py --jobs $(JOBS)

netlist: configure ## run random programs on the netlist that Yosys makes of tiny, in place of its RTL: 1e6 cycles; minutes
	$(INSTALL) $(SYNTH_PACKAGES)
	cmake --build $(BUILD) --parallel $(JOBS) --target lockstep_netlist
	$(BUILD)/tests/lockstep_netlist --machine tiny --programs 1000000 --cycles 1000000

equivalence: ## prove every module equal to the netlist that Yosys makes of it: the table of docs/formal.md; minutes
	$(INSTALL) $(PROVE_PACKAGES)
	$(PYTHON) tests/formal/equivalence.py --jobs $(JOBS)

coverage: packages ## measure what the tests reach of the RTL of odd: every line, and bits that toggle; minutes
	@cmake -S . -B $(BUILD)/coverage -G Ninja --log-level=WARNING -DNAPIER_COVERAGE=ON -DNAPIER_MACHINES=odd
	cmake --build $(BUILD)/coverage --parallel $(JOBS) --target lockstep test_lockstep
	$(PYTHON) tests/coverage/coverage.py --build $(BUILD)/coverage

synth: ## synthesize the machines with Yosys: a table and $(BUILD)/synth.json
	$(INSTALL) $(SYNTH_PACKAGES)
	$(PYTHON) rtl/synth/synth.py --json $(BUILD)/synth.json

place: ## place the machine tiny on an iCE40 UP5K with nextpnr: cells and clock; minutes
	$(INSTALL) $(PLACE_PACKAGES)
	$(PYTHON) rtl/synth/place.py

pnr: ## place and route the serial board for a ULX3S over three seeds: bitstream; PNR_MACHINE: another machine than tiny
	$(INSTALL) $(SYNTH_PACKAGES) python3-venv
	$(PYTHON) rtl/synth/pnr.py --machine $(PNR_MACHINE) --output $(BUILD)/pnr/$(PNR_MACHINE)

bench: configure ## measure the simulator and the verilated RTL side by side, on layers and on ResNet-18 whole; minutes
	$(INSTALL) libdnnl-dev
	cmake --build $(BUILD) --parallel $(JOBS) --target bench bench_network
	$(BUILD)/tests/programs/bench_network --machine $(MACHINE) --rtl
	$(BUILD)/tests/programs/bench --machine $(MACHINE) --json $(BUILD)/bench.json

squeezenext: configure ## the table of SqueezeNext's study beside our estimates, time and energy
	cmake --build $(BUILD) --parallel $(JOBS) --target napier
	$(BUILD)/napier squeezenext

zoo: configure ## the zoo's networks that run on edge, in int8 and ternary: cycles, energy, golden or not; minutes
	cmake --build $(BUILD) --parallel $(JOBS) --target napier
	$(PYTHON) tests/tools/run_zoo.py --napier $(BUILD)/napier --machine $(MACHINE)

WHOLE := sqnxt23-v5 mobilenet-v1 vit-ti16
zoo-rtl: configure ## networks whole on the verilated RTL of edge, too: every tensor, every command's cycles; minutes each
	cmake --build $(BUILD) --parallel $(JOBS) --target napier
	$(PYTHON) tests/tools/run_zoo.py --napier $(BUILD)/napier --machine $(MACHINE) --rtl --format int8 $(WHOLE)

charts: configure ## fetch the chart libraries of the profile's page, as its lock file names them
	@command -v npm >/dev/null || $(INSTALL) npm
	cmake --build $(BUILD) --target charts

browser: ## install the browser that tests the profile's page
	$(INSTALL) $(BROWSER_PACKAGES)

formats: configure ## write the table of number formats and accuracies into docs/formats.md
	cmake --build $(BUILD) --parallel $(JOBS) --target formats
	$(BUILD)/tests/programs/formats

train: ## train the models of sw/models again
	sw/train/train.sh

generate: ## write the files derived from rtl/spec/napier.toml, and the vectors
	$(INSTALL) python3
	$(PYTHON) rtl/spec/generate.py
	$(PYTHON) tests/vectors/mx/write_vectors.py

clean: ## remove the build folder
	rm -rf $(BUILD)

packages:
	$(INSTALL) $(CXX_PACKAGES) $(PYTHON_PACKAGES)

configure: packages
	@cmake -S . -B $(BUILD) -G Ninja --log-level=WARNING
