"""What Yosys's cells cost on each family of devices, and the counts of a netlist."""

import re

# Resource -> pattern of cell type -> how many of the resource one cell takes.
COSTS = {
    "ice40": {
        "LUT": {r"SB_LUT4": 1},
        "FF": {r"SB_DFF\w*": 1},
        "BRAM": {r"SB_RAM40_4K\w*": 1},
        "DSP": {r"SB_MAC16": 1},
    },
    "ecp5": {
        "LUT": {r"LUT4": 1, r"CCU2C": 2, r"TRELLIS_DPR16X4": 6},
        "FF": {r"TRELLIS_FF": 1},
        "BRAM": {r"DP16KD": 1},
        "DSP": {r"MULT18X18D": 1},
    },
    "xilinx": {
        "LUT": {r"LUT[1-6]": 1, r"SRL\w+": 1, r"RAM(32M|64M)": 4, r"RAM(32|64)X1D": 2, r"RAM128X1D": 4},
        "FF": {r"FD[RSCP]E(_1)?": 1},
        "BRAM": {r"RAMB18E1": 1, r"RAMB36E1": 2},
        "DSP": {r"DSP48E1": 1},
    },
}
RESOURCES = ("LUT", "FF", "BRAM", "DSP")
UNITS = {
    "ice40": "LUT4, block RAM of 4 Kbit, DSP offered (-dsp)",
    "ecp5": "LUT4 (a carry cell is 2, a 16x4 RAM 6), block RAM of 18 Kbit",
    "xilinx": "LUT6 of 7 series (LUT RAM and shift registers included), block RAM of 18 Kbit",
}


def parse(report):
    """Text of Yosys's stat: module -> cell type -> count, of each module alone."""
    modules, current = {}, None
    for line in report.split("\n"):
        title = re.fullmatch(r"=== (.+) ===", line.strip())
        if title:
            current = modules.setdefault(title.group(1), {})
            if title.group(1) == "design hierarchy":
                return {name: cells for name, cells in modules.items() if name != "design hierarchy"}
        row = re.fullmatch(r"\s{5}(\S+)\s+(\d+)", line)
        if current is not None and row:
            current[row.group(1)] = int(row.group(2))
    return modules


def instances(modules, top):
    """How many times each module stands in the design under top."""
    counts = {}

    def visit(name, times):
        counts[name] = counts.get(name, 0) + times
        for cell, number in modules[name].items():
            if cell in modules:
                visit(cell, times * number)

    visit(top, 1)
    return counts


def cost(cells, family):
    """Resources of one module's own cells."""
    return {resource: sum(number * weight for cell, number in cells.items() for pattern, weight in patterns.items()
                          if re.fullmatch(pattern, cell))
            for resource, patterns in COSTS[family].items()}


def block(name):
    """Name of the source module of a Yosys module: $paramod$<hash>\\pe and $paramod\\pe\\Rows=... are pe."""
    return name.split("\\")[1] if "\\" in name else name


def totals(modules, top, family):
    """Resources of the whole design, and of each block without the blocks inside it."""
    blocks = {}
    for name, times in instances(modules, top).items():
        entry = blocks.setdefault(block(name), dict.fromkeys(RESOURCES, 0))
        for resource, number in cost(modules[name], family).items():
            entry[resource] += number * times
    whole = {resource: sum(entry[resource] for entry in blocks.values()) for resource in RESOURCES}
    return whole, blocks
