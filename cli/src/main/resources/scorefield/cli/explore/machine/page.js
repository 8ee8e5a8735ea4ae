// The machine: draws what the program knows of one training step. Nothing is computed here but places on the screen.

import { ask, attempt, say, short } from '../frame.js';

const BACKWARD = '∇';
const SVG = 'http://www.w3.org/2000/svg';

const byId = (id) => document.getElementById(id);
const status = byId('status');

let step;
let measured;
let readers;
let layer = -1;
let chosen = -1;

// ---- elements

function add(parent, name, attributes = {}, text = '') {
  const element = parent.namespaceURI === SVG || name === 'svg'
    ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  if (text !== '') {
    element.textContent = text;
  }
  parent.append(element);
  return element;
}

function grouped(number) {
  return Math.round(number).toLocaleString('en-US');
}

function bytes(number) {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  let value = number;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : short(value)} ${units[unit]}`;
}

function milliseconds(number) {
  return number < 0.1 ? `${short(number * 1000)} µs` : `${short(number)} ms`;
}

function title(id) {
  const node = step.nodes[id];
  return node.name === '' ? node.op : `${node.op} ${node.name}`;
}

/** On the way forward, on the way back, or neither: the optimiser's and the data's ops. */
function direction(name) {
  return name.startsWith(BACKWARD) ? 'backward' : step.layers.includes(BACKWARD + name) ? 'forward' : 'rest';
}

function directionOf(nodes) {
  const id = nodes.find((n) => step.nodes[n].layer >= 0);
  return id === undefined ? 'rest' : direction(step.layers[step.nodes[id].layer]);
}

// ---- the whole step

async function show() {
  say(status, 'planning the step…');
  const answer = await attempt(status, () => ask('step', { subject: byId('subject').value }));
  if (!answer) {
    return;
  }
  step = answer;
  measured = undefined;
  chosen = -1;
  readers = step.nodes.map(() => []);
  step.nodes.forEach((node, id) => new Set(node.inputs).forEach((input) => readers[input].push(id)));
  say(status, '');
  byId('measure').disabled = false;
  byId('facts').textContent = `${step.subject}: a graph of ${grouped(step.nodes.length)} tensors became ${step.groups} groups and `
    + `${step.launches.length} kernel launches, which need ${bytes(step.arena.bytes)} in the arena, on ${step.device}.`;
  byId('op').hidden = true;
  showLayers();
  chooseLayer(step.layers.findIndex((name) => direction(name) === 'forward'));
  showArena();
  showRoofline();
}

async function measure() {
  byId('measure').disabled = true;
  say(status, 'measuring; nothing else computes meanwhile…');
  const answer = await attempt(status, () => ask('measure', { subject: byId('subject').value }));
  byId('measure').disabled = false;
  if (!answer) {
    return;
  }
  measured = answer;
  const busy = measured.milliseconds.reduce((sum, time) => sum + time, 0);
  say(status, `A step took ${milliseconds(busy)} in its launches and ${milliseconds(measured.gaps)} between them; `
    + 'each is the shortest of several steps.');
  showLayers();
  showRoofline();
  if (chosen >= 0) {
    await choose(chosen);
  }
}

// ---- layers

function layerTime(index) {
  const name = step.layers[index];
  let time = 0;
  step.launches.forEach((launch, i) => {
    if (launch.layer === name) {
      time += measured.milliseconds[i];
    }
  });
  return time;
}

function showLayers() {
  const box = byId('layers');
  box.replaceChildren();
  const counts = step.layers.map(() => 0);
  step.nodes.forEach((node) => {
    if (node.layer >= 0) {
      counts[node.layer]++;
    }
  });
  const button = (row, index, kind, text) => {
    const made = add(row, 'button', { type: 'button', class: kind, 'data-layer': index, 'aria-pressed': index === layer }, text);
    add(made, 'small', {}, measured ? milliseconds(layerTime(index)) : `${counts[index]} ops`);
    made.addEventListener('click', () => chooseLayer(index));
  };
  step.layers.forEach((name, index) => {
    const back = step.layers.indexOf(BACKWARD + name);
    if (name.startsWith(BACKWARD) && step.layers.includes(name.slice(BACKWARD.length))) {
      return;
    }
    const row = add(box, 'div', { class: 'row' });
    button(row, index, 'forward', name === '' ? '(no name)' : name);
    if (back >= 0) {
      button(row, back, 'backward', BACKWARD);
    }
  });
}

function chooseLayer(index) {
  layer = index;
  document.querySelectorAll('#layers button').forEach((button) => {
    button.setAttribute('aria-pressed', String(Number(button.dataset.layer) === index));
  });
  drawLayer();
}

// ---- the ops of a layer

const NODE = { width: 136, height: 34, across: 150, down: 66 };

/** A node's row is one more than its inputs'; what comes from outside stands above the first that reads it. */
function rows(own) {
  const row = new Map();
  own.forEach((id) => {
    row.set(id, 1 + Math.max(0, ...step.nodes[id].inputs.filter((input) => row.has(input)).map((input) => row.get(input))));
  });
  const outside = new Map();
  own.forEach((id) => step.nodes[id].inputs.forEach((input) => {
    if (!row.has(input)) {
      outside.set(input, Math.min(outside.get(input) ?? Infinity, row.get(id) - 1));
    }
  }));
  outside.forEach((at, id) => row.set(id, at));
  const result = [];
  row.forEach((at, id) => (result[at] ??= []).push(id));
  return result.filter(Boolean);
}

/** Each row in the order of the places of what it reads, so that lines cross less. */
function places(own) {
  const place = new Map();
  rows(own).forEach((ids, down) => {
    const wanted = (id) => {
      const known = step.nodes[id].inputs.filter((input) => place.has(input)).map((input) => place.get(input).x);
      return known.length === 0 ? Infinity : known.reduce((sum, x) => sum + x, 0) / known.length;
    };
    const sorted = ids.map((id) => [wanted(id), id]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    sorted.forEach(([, id], i) => place.set(id, { x: i * NODE.across, y: down * NODE.down }));
  });
  return place;
}

function kind(id) {
  const node = step.nodes[id];
  if (node.launches.length === 0) {
    return 'free';
  }
  return node.launches.every((launch) => step.launches[launch].kernel.startsWith('fused')) ? 'fused' : 'own';
}

function shortened(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function drawLayer() {
  const box = byId('drawing');
  box.replaceChildren();
  const own = step.nodes.map((_, id) => id).filter((id) => step.nodes[id].layer === layer);
  const place = places(own);
  const width = Math.max(...[...place.values()].map((at) => at.x)) + NODE.across + 14;
  const height = Math.max(...[...place.values()].map((at) => at.y)) + NODE.down;
  const svg = add(box, 'svg', { width, height, viewBox: `-14 -14 ${width} ${height}` });
  own.forEach((id) => step.nodes[id].inputs.forEach((input) => {
    const from = place.get(input);
    const to = place.get(id);
    const x1 = from.x + NODE.width / 2;
    const x2 = to.x + NODE.width / 2;
    const y1 = from.y + NODE.height;
    const middle = (y1 + to.y) / 2;
    add(svg, 'path', { d: `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${to.y}` });
  }));
  place.forEach((at, id) => {
    const node = step.nodes[id];
    const outside = node.layer !== layer;
    const group = add(svg, 'g', {
      class: `node ${outside ? 'outside' : kind(id)}`, 'data-node': id, tabindex: 0, role: 'button',
      'aria-label': title(id), transform: `translate(${at.x} ${at.y})`,
    });
    add(group, 'rect', { width: NODE.width, height: NODE.height, rx: 6 });
    const text = outside && node.layer >= 0 && node.name === '' ? step.layers[node.layer] || node.op : title(id);
    add(group, 'text', { x: NODE.width / 2, y: 14 }, shortened(text, 20));
    add(group, 'text', { x: NODE.width / 2, y: 27, class: 'small' }, shortened(node.shape, 22));
    add(group, 'title', {}, `${title(id)} ${node.shape}`);
    group.addEventListener('click', () => choose(id));
    group.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        choose(id);
      }
    });
  });
  markChosen();
}

function markChosen() {
  document.querySelectorAll('#drawing .node').forEach((node) => {
    node.classList.toggle('chosen', Number(node.dataset.node) === chosen);
  });
}

// ---- one op

async function choose(id) {
  const details = await attempt(status, () => ask('node', { subject: byId('subject').value, node: id }));
  if (!details) {
    return;
  }
  chosen = id;
  const own = step.nodes[id].layer;
  if (own >= 0 && own !== layer) {
    chooseLayer(own);
  }
  markChosen();
  describe(id, details);
  showArena();
  showRoofline();
}

function links(parent, ids) {
  ids.forEach((id, i) => {
    parent.append(i > 0 ? ', ' : '');
    const link = add(parent, 'button', { type: 'button', class: 'link' }, `${title(id)} ${step.nodes[id].shape}`);
    link.addEventListener('click', () => choose(id));
  });
}

function describe(id, details) {
  const node = step.nodes[id];
  const box = byId('op');
  box.replaceChildren();
  box.hidden = false;
  const head = add(box, 'h3');
  add(head, 'code', {}, details.op);
  head.append(`${node.name === '' ? '' : ` ${node.name}`}, ${node.shape}`);
  const list = add(box, 'dl');
  const entry = (name) => {
    add(list, 'dt', {}, name);
    return add(list, 'dd');
  };
  const meaning = entry('meaning');
  details.meaning.split('\n').forEach((line) => add(meaning, 'p', {}, line));
  if (details.source !== '') {
    fold(meaning, 'the op in Java: shape, meaning and gradient', details.source);
  }
  if (node.inputs.length > 0) {
    const inputs = entry('inputs');
    node.inputs.forEach((input, k) => {
      const line = add(inputs, 'p', {}, `${String.fromCharCode(97 + k)}: `);
      links(line, [input]);
    });
  }
  if (readers[id].length > 0) {
    links(entry('read by'), readers[id]);
  }
  showGradients(entry, node, details.gradients);
  const passes = entry('passes');
  if (details.steps.length === 0) {
    passes.textContent = 'Every pass left it as it is.';
  } else {
    const steps = add(passes, 'ol');
    details.steps.forEach((one) => {
      const item = add(steps, 'li');
      add(item, 'strong', {}, one.pass);
      item.append(`: ${one.did}`);
    });
  }
  showLaunches(entry('launches'), details.kernels);
  showBuffers(entry('in the arena'), id);
}

function showGradients(entry, node, gradients) {
  const names = Object.keys(gradients);
  if (node.inputs.length === 0) {
    return;
  }
  const box = entry('gradient');
  if (names.length === 0) {
    box.textContent = 'It has no derivative.';
    return;
  }
  names.forEach((name) => {
    const line = add(box, 'p');
    add(line, 'code', {}, `d${name} = ${gradients[name]}`);
  });
  add(box, 'p', { class: 'quiet' }, 'y is the result, g its cotangent (the gradient of the loss with respect to y).');
}

function showLaunches(box, kernels) {
  if (kernels.length === 0) {
    box.textContent = 'No launch computes it.';
  }
  kernels.forEach((kernel) => {
    const launch = step.launches[kernel.launch];
    const line = add(box, 'p', {}, `Launch ${kernel.launch}: `);
    add(line, 'code', {}, launch.kernel);
    line.append(`, ${launch.range}; ${work(kernel.launch)}`);
    if (kernel.options !== '') {
      add(add(box, 'p'), 'code', {}, kernel.options);
    }
    const source = fold(box, `the kernel's source${launch.generated ? ', generated for this program' : ', with its constants filled in'}`,
      kernel.source);
    source.dataset.launch = kernel.launch;
    emphasise(source, kernel.kernel);
  });
}

/** What a launch computes and moves, and how close it comes to the roofline. */
function work(index) {
  const launch = step.launches[index];
  const amount = `${grouped(launch.flops)} operations, ${bytes(launch.bytes)}`
    + (launch.flops > 0 ? `: ${short(launch.flops / launch.bytes)} operations for each byte` : '');
  if (!measured) {
    return `${amount}. Measure a step to see its place on the roofline.`;
  }
  const time = measured.milliseconds[index];
  return `${amount}. It took ${milliseconds(time)}: ${short(launch.flops / time / 1e6)} GFLOP/s, `
    + `${short(launch.bytes / time / 1e6)} GB/s, ${short(100 * measured.shares[index])} % of the roofline.`;
}

function fold(parent, summary, text) {
  const details = add(parent, 'details');
  add(details, 'summary', {}, summary);
  return add(details, 'pre', { tabindex: 0 }, text);
}

/** Shows where in a source the kernel begins. */
function emphasise(pre, kernel) {
  const text = pre.textContent;
  const at = text.search(new RegExp(`\\b${kernel}\\b\\s*\\(`));
  if (at < 0) {
    return;
  }
  const mark = document.createElement('mark');
  mark.textContent = kernel;
  pre.replaceChildren(text.slice(0, at), mark, text.slice(at + kernel.length));
  pre.parentElement.addEventListener('toggle', () => {
    pre.scrollTop = Math.max(0, mark.offsetTop - pre.offsetTop - 40);
  });
}

function showBuffers(box, id) {
  const buffers = step.arena.buffers.filter((buffer) => buffer.nodes.includes(id));
  if (buffers.length === 0) {
    box.textContent = 'It has no buffer of its own there.';
  }
  buffers.forEach((buffer) => {
    const end = buffer.last < step.launches.length ? `to launch ${buffer.last}` : 'on, beyond the last one';
    add(box, 'p', {}, `${buffer.label}: ${grouped(buffer.bytes)} bytes at byte ${grouped(buffer.offset)}`
      + (step.arena.slabs.length > 1 ? ` of slab ${buffer.slab}` : '') + `, from launch ${buffer.first} ${end}.`);
  });
}

// ---- the arena

const MARGIN = { left: 64, right: 20, top: 10, bottom: 34 };

function plot(box, height) {
  box.replaceChildren();
  const width = Math.max(280, box.clientWidth);
  const svg = add(box, 'svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' });
  return {
    svg, width, height, right: width - MARGIN.right, bottom: height - MARGIN.bottom,
    inner: width - MARGIN.left - MARGIN.right, tall: height - MARGIN.top - MARGIN.bottom,
  };
}

function showArena() {
  const { svg, inner, tall, bottom, right } = plot(byId('arena'), 340);
  svg.setAttribute('aria-label', 'Lifetimes of the buffers in the arena');
  const { arena, launches } = step;
  const starts = arena.slabs.map((_, slab) => arena.slabs.slice(0, slab).reduce((sum, size) => sum + size, 0));
  const x = (launch) => MARGIN.left + inner * launch / (launches.length + 1);
  const y = (at) => bottom - tall * at / arena.bytes;
  const rectangle = (buffer) => ({
    x: x(buffer.first), width: Math.max(1, x(buffer.last + 1) - x(buffer.first)),
    y: y(starts[buffer.slab] + buffer.offset + buffer.bytes), height: Math.max(1, tall * buffer.bytes / arena.bytes),
  });
  const draw = (buffer, look) => {
    const made = add(svg, 'rect', { ...rectangle(buffer), class: `buffer ${look}` });
    add(made, 'title', {}, `${buffer.label}: ${grouped(buffer.bytes)} bytes, launches ${buffer.first} to ${buffer.last}`);
    if (buffer.nodes.length > 0) {
      made.addEventListener('click', () => choose(buffer.nodes[0]));
    }
  };
  arena.buffers.forEach((buffer) => draw(buffer, directionOf(buffer.nodes)));
  if (chosen >= 0) {
    step.nodes[chosen].launches.forEach((launch) => {
      const at = x(launch + 0.5);
      add(svg, 'line', { class: 'now', x1: at, x2: at, y1: MARGIN.top, y2: bottom });
    });
    arena.buffers.filter((buffer) => buffer.nodes.includes(chosen)).forEach((buffer) => draw(buffer, 'chosen'));
  }
  add(svg, 'path', { class: 'axis', d: `M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}` });
  for (let i = 0; i <= 4; i++) {
    add(svg, 'text', { x: MARGIN.left - 6, y: y(arena.bytes * i / 4) + 4, 'text-anchor': 'end' }, bytes(arena.bytes * i / 4));
  }
  const marks = inner < 500 ? 3 : 6;
  for (let i = 0; i <= marks; i++) {
    const launch = Math.round(launches.length * i / marks);
    add(svg, 'text', { x: x(launch), y: bottom + 15, 'text-anchor': 'middle' }, launch);
  }
  add(svg, 'text', { x: MARGIN.left + inner / 2, y: bottom + 30, 'text-anchor': 'middle' }, 'launch');
  byId('arenafacts').textContent = `${grouped(arena.bytes)} bytes in ${arena.slabs.length === 1 ? 'one slab' : `${arena.slabs.length} slabs`}; `
    + `${grouped(arena.lowerBound)} of them are in use at one time, `
    + (arena.fullest < launches.length ? `during launch ${arena.fullest}` : 'after the last launch')
    + `: in this order no plan needs less. ${arena.buffers.length} buffers share them.`;
}

// ---- the roofline

function showRoofline() {
  const box = byId('roofline');
  box.replaceChildren();
  if (!measured) {
    byId('rooflinefacts').textContent = 'Measure a step: then each launch is a dot, by the operations of its formula for each byte that it '
      + 'must move at least, and by the operations a second that it reached. The line is what the device can do at most.';
    return;
  }
  byId('rooflinefacts').textContent = `At most ${short(measured.gigaflops)} GFLOP/s, and ${short(measured.gigabytes)} GB/s: above `
    + `${short(measured.gigaflops / measured.gigabytes)} operations for each byte arithmetic is the limit, below it memory. A dot above `
    + 'the line needs fewer operations than its formula (Winograd), or its data stayed in a cache.';
  const { svg, inner, tall, bottom, right } = plot(box, 340);
  svg.setAttribute('aria-label', 'Roofline');
  const dots = [];
  step.launches.forEach((launch, i) => {
    if (launch.flops > 0) {
      dots.push({ i, intensity: launch.flops / launch.bytes, rate: launch.flops / measured.milliseconds[i] / 1e6 });
    }
  });
  const ridge = measured.gigaflops / measured.gigabytes;
  const range = (values) => [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const [left, far] = range([ridge / 10, ridge * 10, ...dots.map((dot) => dot.intensity)]);
  const [low, high] = range([measured.gigaflops, ...dots.map((dot) => dot.rate)]);
  const x = (value) => MARGIN.left + inner * (Math.log10(value) - left) / (far - left);
  const y = (value) => bottom - tall * (Math.log10(value) - low) / (high - low);
  for (let power = left; power <= far; power++) {
    add(svg, 'path', { class: 'axis', d: `M${x(10 ** power)} ${MARGIN.top}V${bottom}` });
    add(svg, 'text', { x: x(10 ** power), y: bottom + 15, 'text-anchor': 'middle' }, String(10 ** power));
  }
  for (let power = low; power <= high; power++) {
    add(svg, 'path', { class: 'axis', d: `M${MARGIN.left} ${y(10 ** power)}H${right}` });
    add(svg, 'text', { x: MARGIN.left - 6, y: y(10 ** power) + 4, 'text-anchor': 'end' }, String(10 ** power));
  }
  add(svg, 'text', { x: MARGIN.left + inner / 2, y: bottom + 30, 'text-anchor': 'middle' }, 'operations for each byte');
  add(svg, 'text', { x: MARGIN.left + 6, y: MARGIN.top + 4, 'dominant-baseline': 'hanging' }, 'GFLOP/s');
  const roof = [10 ** left, ridge, 10 ** far].map((at) => `${x(at)} ${Math.min(bottom, y(Math.min(measured.gigaflops, at * measured.gigabytes)))}`);
  add(svg, 'path', { class: 'roof', d: `M${roof.join('L')}` });
  const draw = (dot, look, radius) => {
    const made = add(svg, 'circle', { cx: x(dot.intensity), cy: y(dot.rate), r: radius, class: look });
    add(made, 'title', {}, `launch ${dot.i}: ${step.launches[dot.i].kernel}, ${step.launches[dot.i].computes}`);
    made.addEventListener('click', () => choose(step.launches[dot.i].nodes.at(-1)));
  };
  dots.forEach((dot) => draw(dot, directionOf(step.launches[dot.i].nodes), 4));
  if (chosen >= 0) {
    dots.filter((dot) => step.nodes[chosen].launches.includes(dot.i)).forEach((dot) => draw(dot, 'chosen', 7));
  }
}

// ---- the page

addEventListener('resize', () => {
  if (step) {
    showArena();
    showRoofline();
  }
});
byId('subject').addEventListener('change', show);
byId('measure').addEventListener('click', measure);

const subjects = await attempt(status, () => ask('subjects'));
if (subjects) {
  Object.entries(subjects).forEach(([name, text]) => add(byId('subject'), 'option', { value: name }, text));
  await show();
}
