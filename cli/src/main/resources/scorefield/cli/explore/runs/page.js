// The runs of a folder: the program tells of each change, this draws it.

import { ask, attempt, say, short, withColours } from '/files/frame.js';
import { lineColour, plot } from '/files/plot.js';

const status = document.querySelector('main > .status');
const canvas = document.querySelector('canvas.plot');
const slider = document.querySelector('[name=step]');
const axis = document.querySelector('[name=axis]');
const output = document.createElement('output');
slider.before(output);

/** By name: what is known of a run, its place on the page, its line's colour, and whether it is shown. */
const runs = new Map();
let colours = 0;

/** The step that the slider names: a share of the longest run's steps. */
function chosenStep() {
  const longest = Math.max(1, ...[...runs.values()].filter((run) => run.shown).map((run) => run.view.step));
  return Math.round((longest * slider.value) / slider.max);
}

function draw() {
  const shown = [...runs.values()].filter((run) => run.shown);
  plot(canvas, shown.map(({ n, view }) => ({ n, x: view.steps, y: view.losses })),
    { logY: axis.value === 'log', mark: Number(slider.value) < Number(slider.max) ? chosenStep() : null });
  output.textContent = Number(slider.value) < Number(slider.max) ? short(chosenStep(), 6) : 'the latest';
  for (const run of runs.values()) {
    run.sign.style.background = lineColour(run.n);
  }
}

/** The samples that a run had at the chosen step: {} for those of the finished run, undefined where there are none. */
function picked({ view }) {
  if (Number(slider.value) === Number(slider.max)) {
    return view.samples ? {} : view.previews.length ? { step: view.previews.at(-1) } : undefined;
  }
  const step = view.previews.filter((preview) => preview <= chosenStep()).at(-1);
  return step === undefined ? undefined : { step };
}

async function showSamples(run) {
  const which = picked(run);
  const key = JSON.stringify([which, which && which.step === undefined ? run.view.step : 0]);
  run.caption.textContent = which === undefined ? 'no samples yet'
    : which.step === undefined ? 'samples of the finished run' : `samples after step ${which.step}`;
  run.picture.hidden = which === undefined;
  if (which === undefined || run.key === key) {
    return;
  }
  run.key = key;
  await attempt(status, async () => {
    const blob = await picture({ run: run.view.name, ...which });
    if (blob) {
      URL.revokeObjectURL(run.picture.src);
      run.picture.src = URL.createObjectURL(blob);
    }
  });
}

/** One picture after the other: a newer request would take the place of the older one. */
let last = Promise.resolve();

function picture(parameters) {
  const next = last.then(() => ask('picture', parameters));
  last = next.catch(() => undefined);
  return next;
}

function add(view) {
  const place = document.createElement('section');
  place.className = 'card run';
  place.innerHTML = `<h3><label class="tick"><input type="checkbox" checked> <span class="sign"></span> <span class="name"></span></label></h3>
    <p class="said"></p><ul class="settings quiet"></ul><figure><img alt=""><figcaption></figcaption></figure>`;
  const run = {
    n: colours++, view, place, shown: true, key: '', sign: place.querySelector('.sign'), picture: place.querySelector('img'),
    caption: place.querySelector('figcaption'),
  };
  place.querySelector('input').addEventListener('change', (event) => {
    run.shown = event.target.checked;
    draw();
  });
  runs.set(view.name, run);
}

function fill({ view, place, picture: image }) {
  place.querySelector('.name').textContent = view.name;
  place.querySelector('.said').textContent = view.status;
  place.classList.toggle('running', view.running);
  image.alt = `samples of ${view.name}`;
  place.querySelector('.settings').replaceChildren(...view.settings.map((text) => {
    const item = document.createElement('li');
    item.textContent = text;
    return item;
  }));
}

function hear({ folder, names, changed }) {
  document.querySelector('.folder').textContent = folder;
  say(status, names.length ? '' : 'There are no runs in this folder yet. bin/scorefield train begins one.');
  for (const view of changed) {
    if (!runs.has(view.name)) {
      add(view);
    }
    runs.get(view.name).view = view;
    fill(runs.get(view.name));
  }
  for (const name of [...runs.keys()].filter((known) => !names.includes(known))) {
    runs.delete(name);
  }
  const place = document.querySelector('.run-list');
  const places = names.filter((name) => runs.has(name)).map((name) => runs.get(name).place);
  // Only where there are others, so that a control keeps the focus.
  if (places.length !== place.children.length || places.some((one, i) => one !== place.children[i])) {
    place.replaceChildren(...places);
  }
  draw();
  changed.forEach((view) => showSamples(runs.get(view.name)));
}

slider.addEventListener('input', () => {
  draw();
  runs.forEach((run) => showSamples(run));
});
axis.addEventListener('change', draw);
new ResizeObserver(draw).observe(canvas);
withColours(draw);
attempt(status, () => ask('watch', {}, hear));
