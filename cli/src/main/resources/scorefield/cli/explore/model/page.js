// The model: shows what the program makes of a run's network. A picture is bytes here, one for each number; only the program knows
// what they mean.

import { ask, attempt, colour, say, short, withColours } from '../frame.js';

const byId = (id) => document.getElementById(id);
const status = byId('status');
const BUDGETS = [3, 5, 10, 25, 50, 100, 200];

let facts;

const whole = (id) => Number(byId(id).value);

/** A number that may be left out. */
const optional = (id) => (byId(id).value === '' ? undefined : whole(id));

function make(parent, name, text = '') {
  const element = document.createElement(name);
  element.textContent = text;
  parent.append(element);
  return element;
}

function decoded(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function encoded(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) {
    text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  }
  return btoa(text);
}

function picture(png) {
  return URL.createObjectURL(new Blob([decoded(png)], { type: 'image/png' }));
}

// ---- the run

async function showRun() {
  const run = byId('run').value;
  say(status, 'reading the run…');
  const answer = await attempt(status, () => ask('facts', { run }));
  if (!answer) {
    return;
  }
  facts = answer;
  say(status, facts.what);
  byId('sampler').replaceChildren();
  facts.samplers.forEach((sampler) => {
    const option = make(byId('sampler'), 'option', sampler.name);
    option.value = sampler.name;
    option.selected = sampler.name === facts.sampler;
  });
  describeSampler();
  forgetFrames();
  byId('pictures').replaceChildren();
  byId('compared').replaceChildren();
  byId('annealing').hidden = false;
  byId('comparing').hidden = false;
  byId('editing').hidden = facts.points;
  if (!facts.points) {
    prepareEditor();
    await takeExample();
  }
}

function describeSampler() {
  const chosen = facts.samplers.find((sampler) => sampler.name === byId('sampler').value);
  byId('samplerfacts').textContent = `${chosen.name}: ${chosen.description}.`;
}

// ---- annealing

let frames = [];
let playing;

function forgetFrames() {
  stopPlaying();
  frames.forEach((frame) => URL.revokeObjectURL(frame.url));
  frames = [];
  document.querySelector('.frames').hidden = true;
}

function showFrame(index) {
  const frame = frames[index];
  byId('scrubber').value = index;
  byId('frame').src = frame.url;
  byId('frame').alt = `Samples at noise level ${short(frame.sigma)}`;
  byId('sigma').textContent = frame.sigma === 0 ? 'none: the samples' : `σ = ${short(frame.sigma)}`;
}

async function draw() {
  forgetFrames();
  const line = byId('drawing');
  say(line, 'starting…');
  const drawn = await attempt(line, () => ask('anneal', {
    run: byId('run').value, sampler: byId('sampler').value, evaluations: optional('evaluations'),
    count: whole('count'), seed: whole('seed'),
  }, (frame) => {
    frames.push({ sigma: frame.sigma, url: picture(frame.png) });
    document.querySelector('.frames').hidden = false;
    byId('scrubber').max = frames.length - 1;
    showFrame(frames.length - 1);
    say(line, `${Math.round(100 * frame.done)} %`);
  }));
  if (drawn) {
    say(line, `${drawn.how}: ${drawn.evaluations} evaluations of the network for each sample`);
  }
}

function stopPlaying() {
  clearInterval(playing);
  playing = undefined;
  byId('play').textContent = 'Play';
}

function play() {
  if (playing !== undefined) {
    stopPlaying();
    return;
  }
  byId('play').textContent = 'Stop';
  let at = 0;
  playing = setInterval(() => {
    showFrame(at++);
    if (at === frames.length) {
      stopPlaying();
    }
  }, 80);
}

// ---- the editor

let image;
let hidden;
const ends = {};

function prepareEditor() {
  image = new Uint8Array(facts.height * facts.width * facts.channels);
  hidden = new Uint8Array(facts.height * facts.width);
  ends.from = undefined;
  ends.to = undefined;
  byId('greylabel').hidden = facts.channels !== 1;
  byId('colourlabel').hidden = facts.channels === 1;
  byId('levelsteps').value = facts.stepsPerLevel;
  ['from', 'to'].forEach((id) => paint(byId(id), image));
  showNoise();
  showEditor();
}

/** Draws bytes as they are: grey, or red, green, blue. */
function paint(canvas, bytes) {
  canvas.width = facts.width;
  canvas.height = facts.height;
  const context = canvas.getContext('2d');
  const data = context.createImageData(facts.width, facts.height);
  for (let pixel = 0; pixel < facts.width * facts.height; pixel++) {
    for (let c = 0; c < 3; c++) {
      data.data[4 * pixel + c] = bytes[pixel * facts.channels + (facts.channels === 1 ? 0 : c)];
    }
    data.data[4 * pixel + 3] = 255;
  }
  context.putImageData(data, 0, 0);
}

function showEditor() {
  paint(byId('picture'), image);
  const canvas = byId('mask');
  canvas.width = facts.width;
  canvas.height = facts.height;
  const context = canvas.getContext('2d');
  context.fillStyle = colour('--c1');
  hidden.forEach((is, pixel) => {
    if (is) {
      context.fillRect(pixel % facts.width, Math.floor(pixel / facts.width), 1, 1);
    }
  });
}

function brush() {
  if (facts.channels === 1) {
    return [whole('grey')];
  }
  const hex = byId('colour').value;
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

function dab(x, y) {
  const tool = document.querySelector('input[name="tool"]:checked').value;
  const radius = whole('size');
  const ink = brush();
  for (let row = 0; row < facts.height; row++) {
    for (let column = 0; column < facts.width; column++) {
      if (Math.hypot(column + 0.5 - x, row + 0.5 - y) > radius) {
        continue;
      }
      const pixel = row * facts.width + column;
      if (tool === 'draw') {
        image.set(ink, pixel * facts.channels);
      } else {
        hidden[pixel] = tool === 'mask' ? 1 : 0;
      }
    }
  }
}

let last;

function place(event) {
  const box = byId('paper').getBoundingClientRect();
  return { x: facts.width * (event.clientX - box.left) / box.width, y: facts.height * (event.clientY - box.top) / box.height };
}

function stroke(event) {
  const to = place(event);
  const from = last ?? to;
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y)));
  for (let i = 1; i <= steps; i++) {
    dab(from.x + (to.x - from.x) * i / steps, from.y + (to.y - from.y) * i / steps);
  }
  last = to;
  showEditor();
}

async function takeExample() {
  const line = byId('editstatus');
  const answer = await attempt(line, () => ask('example', { run: byId('run').value, index: whole('index') }));
  if (answer) {
    image = decoded(answer.pictures[0]);
    showEditor();
    say(line, answer.what);
  }
}

async function takeFile(file) {
  const line = byId('editstatus');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const answer = await attempt(line, () => ask('picture', { run: byId('run').value, name: file.name, file: encoded(bytes) }));
  if (answer) {
    image = decoded(answer.pictures[0]);
    showEditor();
    say(line, `${answer.what}, at the size of the run's images`);
  }
}

function sigma() {
  return facts.smallest * (facts.largest / facts.smallest) ** (whole('noise') / 100);
}

function showNoise() {
  byId('noisevalue').textContent = `σ = ${short(sigma())}`;
}

/** Asks for an edit, and shows its pictures with these captions; the last caption is for all that follow. */
async function edit(action, parameters, captions) {
  const line = byId('editstatus');
  byId('pictures').replaceChildren();
  say(line, 'computing…');
  const answer = await attempt(line, () => ask(action, { run: byId('run').value, ...parameters },
    (share) => say(line, `${Math.round(100 * share.done)} %`)));
  if (!answer) {
    return;
  }
  say(line, answer.what);
  answer.pictures.forEach((one, i) => {
    const bytes = decoded(one);
    const figure = make(byId('pictures'), 'figure');
    const canvas = make(figure, 'canvas');
    paint(canvas, bytes);
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', captions[Math.min(i, captions.length - 1)]);
    canvas.dataset.pixels = one;
    make(figure, 'figcaption', captions[Math.min(i, captions.length - 1)]);
    const use = make(figure, 'button', 'Edit this');
    use.type = 'button';
    use.addEventListener('click', () => {
      image = bytes.slice();
      showEditor();
    });
  });
}

function inpaint() {
  return edit('inpaint', {
    image: encoded(image), mask: encoded(hidden), steps: optional('levelsteps'), count: whole('results'), seed: whole('editseed'),
  }, ['filled in']);
}

function denoise() {
  return edit('denoise', {
    image: encoded(image), sigma: sigma(), addNoise: byId('addnoise').checked, steps: optional('steps'),
    count: whole('results'), seed: whole('editseed'),
  }, ['with noise', 'mean', 'sample']);
}

function interpolate() {
  if (!ends.from || !ends.to) {
    const line = byId('editstatus');
    say(line, 'Choose both pictures first: draw one, press “Picture as first”, draw another, press “Picture as second”.');
    return undefined;
  }
  return edit('interpolate', { from: encoded(ends.from), to: encoded(ends.to), steps: whole('between') }, ['between']);
}

function setEnd(id) {
  ends[id] = image.slice();
  paint(byId(id), ends[id]);
}

// ---- every sampler

function budget() {
  return BUDGETS[whole('budget')];
}

async function compare() {
  const line = byId('comparestatus');
  const box = byId('compared');
  box.querySelectorAll('img').forEach((img) => URL.revokeObjectURL(img.src));
  box.replaceChildren();
  say(line, 'starting…');
  const answer = await attempt(line, () => ask('compare', {
    run: byId('run').value, evaluations: budget(), count: whole('comparecount'), seed: whole('seed'),
  }, (event) => {
    if (event.done !== undefined) {
      say(line, `${event.sampler}, ${Math.round(100 * event.done)} % of all`);
      return;
    }
    const figure = make(box, 'figure');
    figure.dataset.sampler = event.sampler;
    if (event.png !== '') {
      const img = make(figure, 'img');
      img.src = picture(event.png);
      img.alt = `Samples by ${event.sampler}`;
    }
    const caption = make(figure, 'figcaption');
    make(caption, 'strong', event.sampler);
    caption.append(event.failure !== '' ? `: ${event.failure}` : `, ${event.taken} evaluations: ${event.how}`);
  }));
  if (answer) {
    say(line, `${answer.samplers} samplers, at most ${budget()} evaluations of the network for each sample`);
  }
}

// ---- the page

const show = (id, text) => { byId(id).textContent = text; };
const on = (id, event, listener) => byId(id).addEventListener(event, listener);

on('run', 'change', showRun);
on('sampler', 'change', describeSampler);
on('draw', 'click', draw);
on('scrubber', 'input', () => { stopPlaying(); showFrame(whole('scrubber')); });
on('play', 'click', play);
on('paper', 'pointerdown', (event) => {
  event.preventDefault();
  byId('paper').setPointerCapture(event.pointerId);
  last = undefined;
  stroke(event);
});
on('paper', 'pointermove', (event) => {
  if (byId('paper').hasPointerCapture(event.pointerId)) {
    stroke(event);
  }
});
on('paper', 'dragover', (event) => { event.preventDefault(); byId('paper').classList.add('over'); });
on('paper', 'dragleave', () => byId('paper').classList.remove('over'));
on('paper', 'drop', (event) => {
  event.preventDefault();
  byId('paper').classList.remove('over');
  if (event.dataTransfer.files.length > 0) {
    takeFile(event.dataTransfer.files[0]);
  }
});
on('file', 'change', () => { if (byId('file').files.length > 0) { takeFile(byId('file').files[0]); } });
on('example', 'click', takeExample);
on('clear', 'click', () => { image.fill(0); showEditor(); });
on('unmask', 'click', () => { hidden.fill(0); showEditor(); });
on('noise', 'input', showNoise);
on('inpaint', 'click', inpaint);
on('denoise', 'click', denoise);
on('setfrom', 'click', () => setEnd('from'));
on('setto', 'click', () => setEnd('to'));
on('interpolate', 'click', interpolate);
on('budget', 'input', () => show('budgetvalue', budget()));
on('compare', 'click', compare);
show('budgetvalue', budget());
withColours(() => { if (facts && !facts.points) { showEditor(); } });

const runs = await attempt(status, () => ask('runs'));
if (runs) {
  runs.forEach((run) => { make(byId('run'), 'option', run).value = run; });
  if (runs.length === 0) {
    say(status, 'There is no run in the folder runs yet. Train one with bin/scorefield train, then reload this page.');
  } else {
    await showRun();
  }
}
