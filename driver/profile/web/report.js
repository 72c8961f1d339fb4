// Renders report.json, which the page holds, into tables and charts.
"use strict";

const report = JSON.parse(document.getElementById("data").textContent);
const unit = report.energy_table.unit;
const suffix = unit.toLowerCase();
const byId = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 0 });
const percent = (value) => `${value.toFixed(1)} %`;

// 1234567 pJ as "1.235 uJ"; other units keep theirs.
function energyText(value) {
  if (unit !== "pJ") return `${value.toPrecision(4)} ${unit}`;
  const names = ["pJ", "nJ", "uJ", "mJ", "J"];
  let index = 0;
  for (; value >= 1000 && index + 1 < names.length; index += 1) value /= 1000;
  return `${value.toPrecision(4)} ${names[index]}`;
}

const energyOf = (item) => item[`energy_${suffix}`];
const componentsOf = (item) => item[`component_energies_${suffix}`];
const bytesOf = (layer) => layer.dram_read_bytes + layer.dram_write_bytes;

function cell(row, text, kind = "", tag = "td") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = kind;
  row.append(element);
  return element;
}

// columns: {title, text: item -> string, kind}.
function fillTable(table, columns, items) {
  table.replaceChildren();
  const head = table.createTHead().insertRow();
  columns.forEach((column) => cell(head, column.title, column.kind, "th"));
  const body = table.createTBody();
  items.forEach((item) => {
    const row = body.insertRow();
    columns.forEach((column) => cell(row, column.text(item), column.kind));
  });
}

const layerColumns = [
  { title: "layer", value: (layer) => layer.name, kind: "text" },
  { title: "operation", value: (layer) => layer.operation, kind: "text" },
  { title: "format", value: (layer) => layer.format, kind: "text" },
  { title: "cycles", value: (layer) => layer.duration_cycles, show: number },
  { title: "utilization", value: (layer) => layer.utilization_percent, show: percent },
  { title: "products", value: (layer) => layer.products_count, show: number },
  { title: "zero weights", value: (layer) => layer.zero_weight_products_count, show: number },
  { title: "DRAM bytes", value: bytesOf, show: number },
  { title: "energy", value: energyOf, show: energyText },
  { title: "bound by", value: (layer) => layer.bound_by, kind: "text" },
];

// The table of layers, in the machine's order until a title is chosen; chosen again it turns round.
function layerTable(machine) {
  const order = { column: null, falling: false };
  const draw = () => {
    const layers = [...machine.layers];
    if (order.column) {
      const { value } = order.column;
      layers.sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (order.falling ? -1 : 1));
    }
    fillTable(byId("layers"), layerColumns.map((column) => ({
      ...column, text: (layer) => (column.show || String)(column.value(layer)),
    })), layers);
    [...byId("layers").tHead.rows[0].cells].forEach((title, index) => {
      const column = layerColumns[index];
      const button = document.createElement("button");
      button.textContent = column.title;
      button.addEventListener("click", () => {
        order.falling = order.column === column ? !order.falling : column.kind !== "text";
        order.column = column;
        draw();
      });
      title.replaceChildren(button);
      if (order.column === column) title.setAttribute("aria-sort", order.falling ? "descending" : "ascending");
    });
  };
  draw();
}

// Draws a Vega-Lite chart as SVG.
function chart(id, specification) {
  const compiled = vegaLite.compile({ config: { font: "system-ui, sans-serif" }, ...specification }).spec;
  const container = byId(id);
  return new vega.View(vega.parse(compiled), { renderer: "svg", container, hover: true })
    .tooltip((handler, event, item, value) => { container.title = value ? tooltipText(value) : ""; }).runAsync();
}

const tooltipText = (value) => Object.entries(value).map(([key, part]) => `${key}: ${part}`).join(", ");

const layerAxis = (layers) => ({
  field: "layer", type: "nominal", sort: layers.map((layer) => layer.name),
  axis: { labelAngle: -60, labelOverlap: true, title: null },
});

// Bars of parts in the order in which they first come.
const stacked = (values, x, y, color, title, width) => ({
  data: { values }, width, height: 240, mark: { type: "bar", tooltip: { content: "data" } },
  encoding: {
    x, y: { field: y, type: "quantitative", title },
    color: { field: color, type: "nominal", title: null, sort: [...new Set(values.map((value) => value[color]))],
             scale: { scheme: "tableau20" } },
  },
});

function compare() {
  const bounds = report.machines.flatMap((machine) => machine.layers.map((layer) => ({
    machine: machine.name, cycles: layer.duration_cycles, bound: layer.bound_by, layer: layer.name,
  })));
  const parts = report.machines.flatMap((machine) => Object.entries(componentsOf(machine))
    .map(([component, energy]) => ({ machine: machine.name, component, energy })));
  const x = { field: "machine", type: "nominal", sort: null, axis: { labelAngle: 0, title: null } };
  const width = Math.max(120, 90 * report.machines.length);
  chart("compare-cycles", stacked(bounds, x, "cycles", "bound", "cycles", width));
  chart("compare-energy", stacked(parts, x, "energy", "component", unit, width));
}

function rooflineOf(machine) {
  const points = machine.layers.filter((layer) => layer.products_count > 0 && bytesOf(layer) > 0).map((layer) => ({
    layer: layer.name, format: layer.format, intensity: layer.products_count / bytesOf(layer),
    rate: layer.products_count / layer.duration_cycles,
  }));
  const roofs = [...new Set(points.map((point) => point.format))].flatMap((format) => {
    const peak = machine.peak_products_per_cycle[format];
    const ridge = peak / machine.memory_bandwidth_bytes_per_cycle;
    const least = Math.min(ridge / 10, ...points.map((point) => point.intensity));
    const most = Math.max(ridge * 10, ...points.map((point) => point.intensity));
    return [[least, least * machine.memory_bandwidth_bytes_per_cycle], [ridge, peak], [most, peak]]
      .map(([intensity, rate]) => ({ format, intensity, rate }));
  });
  const axis = (field, title) => ({ field, type: "quantitative", title, scale: { type: "log" } });
  return {
    width: 400, height: 260,
    layer: [
      { data: { values: roofs }, mark: "line",
        encoding: { x: axis("intensity", "products a byte"), y: axis("rate", "products a cycle"),
                    color: { field: "format", type: "nominal" } } },
      { data: { values: points }, mark: { type: "point", filled: true, size: 60, tooltip: { content: "data" } },
        encoding: { x: axis("intensity", "products a byte"), y: axis("rate", "products a cycle"),
                    color: { field: "format", type: "nominal" } } },
    ],
  };
}

function timelineOf(machine) {
  const spans = machine.layers.flatMap((layer) => ["load", "exec", "store"].filter((queue) => layer[queue].end_cycle > 0)
    .map((queue) => ({ queue, layer: layer.name, begin: layer[queue].begin_cycle, end: layer[queue].end_cycle,
                       busy: layer[queue].busy_cycles })));
  return {
    data: { values: spans }, width: 400, height: 200,
    mark: { type: "bar", opacity: 0.75, stroke: "white", tooltip: { content: "data" } },
    encoding: {
      x: { field: "begin", type: "quantitative", title: "cycle" }, x2: { field: "end" },
      y: { field: "queue", type: "nominal", sort: ["load", "exec", "store"], title: null },
      color: { field: "layer", type: "nominal", legend: null, sort: machine.layers.map((layer) => layer.name) },
    },
  };
}

// Buttons with the items' names; the chosen one is pressed.
function fillChoices(nav, items, name, act) {
  nav.replaceChildren(...items.map((item) => {
    const button = document.createElement("button");
    button.textContent = name(item);
    button.addEventListener("click", () => act(item));
    return button;
  }));
}

function press(nav, name) {
  [...nav.children].forEach((button) => {
    button.setAttribute("aria-pressed", String(button.textContent === name));
  });
}

const change = (now, then) => (now === 0 ? "" : `${then >= now ? "+" : ""}${(100 * (then / now - 1)).toFixed(1)} %`);

// The machine's layers as they are and as they would be, side by side.
function showAlternative(machine, alternative) {
  press(byId("alternatives"), alternative.format);
  byId("alternative").textContent = alternative.format;
  byId("alternative-sum").textContent = `${machine.name}: ${number(alternative.duration_cycles)} cycles `
    + `(${change(machine.duration_cycles, alternative.duration_cycles)}), ${energyText(energyOf(alternative))} `
    + `(${change(energyOf(machine), energyOf(alternative))})`;
  const rows = machine.layers.map((now, index) => ({ now, then: alternative.layers[index] }));
  fillTable(byId("alternative-layers"), [
    { title: "layer", text: (row) => row.now.name, kind: "text" },
    { title: "now", text: (row) => row.now.format, kind: "text" },
    { title: "then", text: (row) => row.then.format, kind: "text" },
    { title: "cycles now", text: (row) => number(row.now.duration_cycles) },
    { title: "then", text: (row) => number(row.then.duration_cycles) },
    { title: "change", text: (row) => change(row.now.duration_cycles, row.then.duration_cycles) },
    { title: "energy now", text: (row) => energyText(energyOf(row.now)) },
    { title: "then", text: (row) => energyText(energyOf(row.then)) },
    { title: "change", text: (row) => change(energyOf(row.now), energyOf(row.then)) },
  ], rows);
}

function whatIf(machine) {
  byId("what-if").hidden = machine.alternatives.length === 0;
  if (machine.alternatives.length === 0) return;
  fillChoices(byId("alternatives"), machine.alternatives, (alternative) => alternative.format,
    (alternative) => showAlternative(machine, alternative));
  showAlternative(machine, machine.alternatives[0]);
}

function choose(machine) {
  byId("chosen").textContent = machine.name;
  press(byId("choices"), machine.name);
  const width = Math.max(400, 22 * machine.layers.length);
  const cycles = machine.layers.flatMap((layer) => {
    const works = Math.min(layer.array_alone_cycles, layer.duration_cycles);
    return [{ layer: layer.name, part: "array works", cycles: works },
            { layer: layer.name, part: "array waits", cycles: layer.duration_cycles - works }];
  });
  const energies = machine.layers.flatMap((layer) => Object.entries(componentsOf(layer))
    .map(([component, energy]) => ({ layer: layer.name, component, energy })));
  chart("latency", stacked(cycles, layerAxis(machine.layers), "cycles", "part", "cycles", width));
  chart("energy", stacked(energies, layerAxis(machine.layers), "energy", "component", unit, width));
  chart("roofline", rooflineOf(machine));
  chart("timeline", timelineOf(machine));
  layerTable(machine);
  whatIf(machine);
}

function summary() {
  byId("title").textContent = `${report.model}: time and energy`;
  document.title = `${report.model} - Napier profile`;
  const cycles = (machine) => `${machine.name}: ${number(machine.duration_cycles)} cycles`;
  byId("summary").textContent = [
    ...report.machines.map((machine) => `${cycles(machine)}, ${energyText(energyOf(machine))}`),
    ...report.estimated_machines.map((machine) => `${cycles(machine)} (estimated)`),
  ].join(" \u00b7 ");
  fillTable(byId("machines"), [
    { title: "machine", text: (machine) => machine.name, kind: "text" },
    { title: "cycles", text: (machine) => number(machine.duration_cycles) },
    { title: "utilization", text: (machine) => percent(machine.utilization_percent) },
    { title: "energy", text: (machine) => energyText(energyOf(machine)) },
    { title: "DRAM bytes", text: (machine) => number(machine.layers.reduce((sum, layer) => sum + bytesOf(layer), 0)) },
    { title: "memory latency", text: (machine) => `${machine.memory_latency_cycles} cycles` },
    { title: "memory bandwidth", text: (machine) => `${machine.memory_bandwidth_bytes_per_cycle} bytes a cycle` },
  ], report.machines);
  const host = report.machines.length > 0 ? report.machines[0].host_work : [];
  const sum = (value) => number(host.reduce((all, step) => all + value(step), 0));
  byId("host-work").textContent = host.length === 0
    ? "Work left to the host: none; every operator of the model runs on the machine."
    : `Work left to the host: ${host.length} steps, ${sum((step) => step.elements_count)} elements, `
      + `${sum((step) => step.read_bytes + step.write_bytes)} bytes moved. Cycles, utilization and energy are those of `
      + "the machine alone.";
  byId("host-steps").hidden = host.length === 0;
  fillTable(byId("host-steps"), [
    { title: "layer of the host", text: (step) => step.layer, kind: "text" },
    { title: "function", text: (step) => step.function, kind: "text" },
    { title: "elements", text: (step) => number(step.elements_count) },
    { title: "bytes read", text: (step) => number(step.read_bytes) },
    { title: "bytes written", text: (step) => number(step.write_bytes) },
  ], host);
  [...byId("host-steps").tBodies[0].rows].forEach((row, index) => {
    const button = document.createElement("button");
    button.textContent = host[index].layer;
    button.addEventListener("click", () => chooseLayer(host[index].layer));
    row.cells[0].replaceChildren(button);
  });
}

// Marks a layer in the table of layers, and shows it.
function chooseLayer(name) {
  [...byId("layers").tBodies[0].rows].forEach((row) => {
    const chosen = row.cells[0].textContent === name;
    row.setAttribute("aria-selected", String(chosen));
    if (chosen) row.scrollIntoView({ block: "center" });
  });
}

function sources() {
  byId("table-text").textContent = `Table ${report.energy_table.name}. ${report.energy_table.text}`;
  fillTable(byId("sources"), [
    { title: "what", text: (entry) => entry.name, kind: "text" },
    { title: unit, text: (entry) => String(entry[`energy_${suffix}`]) },
    { title: "node", text: (entry) => entry.node, kind: "text" },
    { title: "source", text: (entry) => entry.source, kind: "text source" },
  ], report.energy_table.entries);
  byId("notes").replaceChildren(...report.notes.map((note) => {
    const item = document.createElement("li");
    item.textContent = note;
    return item;
  }));
}

// The arrays of SqueezeNext's study, if some were asked for.
function estimates() {
  const machines = report.estimated_machines;
  if (machines.length === 0) return;
  byId("estimated").hidden = false;
  fillTable(byId("estimated-machines"), [
    { title: "machine", text: (machine) => machine.name, kind: "text" },
    { title: "cycles", text: (machine) => number(machine.duration_cycles) },
    { title: "energy", text: (machine) => `${machine.energy_mac.toPrecision(4)} MAC` },
    ...Object.keys(machines[0].component_energies_mac).map((part) => (
      { title: part, text: (machine) => machine.component_energies_mac[part].toPrecision(4) })),
  ], machines);
  const { uncounted } = machines[0];
  byId("uncounted").textContent = `Not counted by these machines: ${uncounted.length ? uncounted.join(", ") : "nothing"}.`;
  const rows = machines.flatMap((machine) => machine.layers.map((layer) => ({ machine: machine.name, ...layer })));
  fillTable(byId("estimated-layers"), [
    { title: "machine", text: (row) => row.machine, kind: "text" },
    { title: "layer", text: (row) => row.name, kind: "text" },
    { title: "dataflow", text: (row) => row.dataflow, kind: "text" },
    { title: "cycles", text: (row) => number(row.duration_cycles) },
    { title: "products", text: (row) => number(row.products_count) },
    { title: "DRAM bytes", text: (row) => number(row.dram_bytes) },
    { title: "energy", text: (row) => `${row.energy_mac.toPrecision(4)} MAC` },
    { title: "bound by", text: (row) => row.bound_by, kind: "text" },
  ], rows);
}

summary();
sources();
estimates();
fillChoices(byId("choices"), report.machines, (machine) => machine.name, choose);
if (report.machines.length > 0) {
  compare();
  choose(report.machines[0]);
} else {
  byId("simulated").hidden = true;
}
