// The ladder: shows the kernels of an op, and their times while they are measured.

import { ask, attempt, cancel, say, short, withColours } from '/files/frame.js';
import { legend, plot } from '/files/plot.js';

const byId = (id) => document.getElementById(id);
const status = byId('status');
const canvas = document.querySelector('canvas.plot');

let ladders = [];
let measured;

function make(parent, name, text = '') {
  const element = document.createElement(name);
  element.textContent = text;
  parent.append(element);
  return element;
}

function chosen() {
  return ladders.find((ladder) => ladder.name === byId('ladder').value);
}

// ---- the kernels

/** A kernel: what it changes, why that helps, and its source where it is one file. */
function card(rung, number) {
  const place = document.createElement('section');
  place.className = 'card';
  make(place, 'h3', `${number} ${rung.name}`);
  make(place, 'p', `${rung.changed}.`);
  make(place, 'p', `Why it helps: ${rung.why}.`);
  if (rung.text === undefined) {
    make(place, 'p', `It launches: ${rung.file}`).className = 'quiet';
    return place;
  }
  const details = make(place, 'details');
  make(make(details, 'summary'), 'code', rung.file);
  make(details, 'pre', rung.text);
  return place;
}

function show() {
  const ladder = chosen();
  measured = undefined;
  byId('measured').hidden = true;
  byId('formula').textContent = ladder.formula;
  byId('extents').replaceChildren(...ladder.extents.map(({ name, value, most }) => {
    const label = document.createElement('label');
    label.append(name);
    const input = make(label, 'input');
    Object.assign(input, { type: 'number', name, min: 1, max: most, value });
    return label;
  }));
  byId('rungs').replaceChildren(...ladder.rungs.map((rung, i) => card(rung, i + 1)));
}

// ---- the times

/** What was measured so far takes the place of what was known before. */
function showMeasured(now) {
  measured = now;
  byId('measured').hidden = false;
  byId('facts').textContent = `${now.ladder}, ${now.extents}, on ${now.device}, which reaches at most `
    + `${short(now.gigaflopsOfMultiplyAdds)} GFLOP/s of multiply-adds and ${short(now.gigabytesOfCopying)} GB/s of copying.`;
  byId('rows').replaceChildren(...now.rows.map((row, i) => {
    const line = document.createElement('tr');
    make(line, 'td', `${i + 1} ${row.name}${row.note === '' ? '' : ' *'}`);
    for (const number of [row.milliseconds, row.faster, row.gigaflops, row.gigabytes, 100 * row.ofRoofline]) {
      make(line, 'td', short(number)).className = 'number';
    }
    return line;
  }));
  byId('notes').replaceChildren(...[...new Set(now.rows.map((row) => row.note))].filter((note) => note !== '').map((note) => {
    const item = document.createElement('li');
    item.textContent = `* ${note}`;
    return item;
  }));
  draw();
}

/** A line through the kernels that suit the device, a point for each of the others, and the roofline above them. */
function draw() {
  if (measured === undefined) {
    return;
  }
  const points = measured.rows.map((row, i) => ({ x: i + 1, y: row.gigaflops, note: row.note, label: row.name }));
  const suiting = points.filter((point) => point.note === '');
  const others = points.filter((point) => point.note !== '');
  const lines = [
    { n: 0, label: 'kernels for this device', x: suiting.map((point) => point.x), y: suiting.map((point) => point.y) },
    { n: 2, label: `roofline: ${short(measured.roofline)} GFLOP/s`, x: [1, points.length], y: [measured.roofline, measured.roofline] },
  ];
  plot(canvas, [...lines, ...others.map((point) => ({ n: 1, x: [point.x], y: [point.y] }))], { logY: true });
  legend(document.querySelector('.legend'), others.length ? [...lines, { n: 1, label: 'kernels for other devices *' }] : lines);
}

async function measure() {
  const ladder = chosen();
  const extents = Object.fromEntries([...byId('extents').querySelectorAll('input')].map((input) => [input.name, Number(input.value)]));
  say(status, 'waiting for the device…');
  const answer = await attempt(status, () => ask('climb', { ladder: ladder.name, extents, rounds: Number(byId('rounds').value) }, (event) => {
    if (chosen() !== ladder) {
      return;
    }
    if (event.line !== undefined) {
      say(status, `${event.line}…`);
    } else {
      showMeasured(event);
    }
  }));
  if (answer && chosen() === ladder) {
    showMeasured(answer);
    const rungs = ladder.rungs.map((rung, i) => card(rung, i + 1));
    byId('rungs').replaceChildren(...rungs, card(answer.rows.at(-1), answer.rows.length));
    say(status, 'Every kernel agrees with the reference; all are measured.');
  }
}

// ---- the page

byId('ladder').addEventListener('change', () => {
  cancel('climb');
  say(status, '');
  show();
});
byId('measure').addEventListener('click', measure);
new ResizeObserver(draw).observe(canvas);
withColours(draw);

ladders = (await attempt(status, () => ask('ladders'))) ?? [];
ladders.forEach((ladder) => { make(byId('ladder'), 'option', ladder.name); });
if (ladders.length > 0) {
  byId('measure').disabled = false;
  show();
}
