// What all experiments are about: the chosen density, and the network that learns its score.

import { ask, attempt, say, short } from '/files/frame.js';

const KINDS = [
  ['mixture', 'five modes'], ['modes', 'two modes'], ['moons', 'moons'], ['rings', 'rings'], ['spiral', 'spiral'],
  ['checkerboard', 'checkerboard'], ['drawn', 'drawn points'],
];

let density = { kind: 'mixture' };
let weight = 0.8;
let points = [[0, 0]];
let learnedUpTo = 0;
let training = '';
const listeners = new Set();
const views = [];

/** The density as the program understands it. */
export function chosen() {
  return density;
}

/** Whether a network has learned at least a little of the chosen density. */
export function isLearned() {
  return learnedUpTo > 0;
}

/** Calls something whenever the density is another one, or the network knows more of it; with true where the density is another. */
export function onChange(listener) {
  listeners.add(listener);
}

/** Adds a point to those that are drawn. */
export function draw(x, y) {
  if (density.kind === 'drawn') {
    points.push([x, y]);
    choose('drawn');
  }
}

function choose(kind) {
  density = { kind };
  if (kind === 'modes') {
    density.weight = weight;
  } else if (kind === 'drawn') {
    density.points = points.slice(-400);
  }
  learnedUpTo = 0;
  training = '';
  update();
  listeners.forEach((listener) => listener(true));
}

function update() {
  views.forEach((view) => view());
  // A learned score can be chosen where there is one.
  for (const option of document.querySelectorAll('option[value="learned"], option[value="difference"]')) {
    option.disabled = !isLearned();
    if (option.disabled && option.selected) {
      option.parentElement.value = 'true';
    }
  }
}

async function train(status) {
  const about = JSON.stringify(density);
  const isCurrent = () => JSON.stringify(density) === about;
  const show = ({ step, steps, loss }) => {
    if (isCurrent()) {
      learnedUpTo = step;
      training = `step ${step} of ${steps}, loss ${short(loss)}`;
      update();
      listeners.forEach((listener) => listener(false));
    }
  };
  await attempt(status, async () => {
    say(status, 'training…');
    const last = await ask('train', { density, steps: 1500 }, show);
    if (last !== undefined) {
      show(last);
    }
  });
}

/** Fills a place for controls with those of the density and the network; every experiment has them, and all show the same. */
export function fill(place) {
  place.innerHTML = `
    <label>density <select name="density">${KINDS.map(([kind, name]) => `<option value="${kind}">${name}</option>`).join('')}</select></label>
    <label class="slider weight" hidden>weight of the upper right mode <output></output><input type="range" name="weight" min="0.05" max="0.95" step="0.05"></label>
    <button type="button" class="clear" hidden>Draw anew</button>
    <button type="button" class="train">Train a network</button>
    <p class="status training" role="status"></p>`;
  const [select, slider] = ['density', 'weight'].map((name) => place.querySelector(`[name=${name}]`));
  const status = place.querySelector('.training');
  select.addEventListener('change', () => choose(select.value));
  slider.addEventListener('input', () => {
    weight = Number(slider.value);
    choose('modes');
  });
  place.querySelector('.clear').addEventListener('click', () => {
    points = [[0, 0]];
    choose('drawn');
  });
  place.querySelector('.train').addEventListener('click', () => train(status));
  views.push(() => {
    select.value = density.kind;
    slider.value = weight;
    slider.parentElement.querySelector('output').textContent = short(weight);
    place.querySelector('.weight').hidden = density.kind !== 'modes';
    place.querySelector('.clear').hidden = density.kind !== 'drawn';
    say(status, training);
  });
}

/** Shows what is chosen, once all experiments have their controls. */
export function begin() {
  update();
}
