// The argument: its experiments. The program computes everything; this draws it.

import { ask, attempt, say, short, withColours } from '/files/frame.js';
import { legend, plot } from '/files/plot.js';
import { drawPlane, placeOf } from '/files/argument/plane.js';
import { begin, chosen, draw, fill, onChange } from '/files/argument/subject.js';

/** What a control says; a slider may be logarithmic. */
function value(control) {
  const number = control.dataset.power ? 10 ** Number(control.value) : Number(control.value);
  return 'whole' in control.dataset || control.name === 'samples' ? Math.round(number) : number;
}

/** Shows the value beside the name of each slider in a card. */
function name(card) {
  for (const slider of card.querySelectorAll(':scope .controls:not(.subject) input[type=range]')) {
    const output = document.createElement('output');
    slider.before(output);
    const show = () => { output.textContent = short(value(slider)); };
    slider.addEventListener('input', show);
    show();
  }
}

/** Calls something at most once in a while, and always after the last time. */
function calmly(work, pause = 60) {
  let waiting = false;
  return () => {
    if (!waiting) {
      waiting = true;
      setTimeout(() => {
        waiting = false;
        work();
      }, pause);
    }
  };
}

function fieldExperiment() {
  const card = document.querySelector('#experiment-field');
  const status = card.querySelector('.side-by-side .status');
  const canvas = card.querySelector('canvas');
  const [sigma, arrows] = ['sigma', 'arrows'].map((control) => card.querySelector(`[name=${control}]`));
  let picture = {};
  let cursor = null;
  const show = () => drawPlane(canvas, { ...picture, cursor });
  const compute = calmly(() => attempt(status, async () => {
    const field = await ask('field', { density: chosen(), sigma: value(sigma), score: arrows.value });
    if (field) {
      const drawn = chosen().kind === 'drawn' ? chosen().points.flat() : [];
      picture = { ...field, dots: drawn };
      say(status, field.error === null || field.error === undefined ? ''
        : `The learned score's squared error is ${short(100 * field.error)} % of the true score's square here.`);
      card.dataset.computed = Number(card.dataset.computed ?? 0) + 1;
      show();
    }
  }));
  sigma.addEventListener('input', compute);
  arrows.addEventListener('change', compute);
  onChange((another) => {
    card.querySelector('.drawing').hidden = chosen().kind !== 'drawn';
    if (another || arrows.value !== 'true') {
      compute();
    }
  });
  let last = null;
  const pen = (event) => {
    const place = placeOf(canvas, event);
    if (last === null || Math.hypot(place[0] - last[0], place[1] - last[1]) > 0.2) {
      last = place;
      draw(...place);
    }
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (chosen().kind === 'drawn') {
      canvas.setPointerCapture(event.pointerId);
      pen(event);
    }
  });
  canvas.addEventListener('pointermove', (event) => {
    if (last !== null) {
      pen(event);
    }
  });
  canvas.addEventListener('pointerup', () => { last = null; });
  const moves = { ArrowLeft: [-0.25, 0], ArrowRight: [0.25, 0], ArrowUp: [0, 0.25], ArrowDown: [0, -0.25] };
  canvas.addEventListener('keydown', (event) => {
    if (chosen().kind === 'drawn' && (event.key in moves || event.key === ' ')) {
      event.preventDefault();
      const [dx, dy] = moves[event.key] ?? [0, 0];
      cursor = [(cursor?.[0] ?? 0) + dx, (cursor?.[1] ?? 0) + dy];
      if (event.key === ' ') {
        draw(...cursor);
      }
      show();
    }
  });
  new ResizeObserver(show).observe(canvas);
  withColours(show);
  compute();
}

function lossesExperiment() {
  const card = document.querySelector('#experiment-losses');
  const status = card.querySelector(':scope > .status');
  const [score, samples] = ['score', 'samples'].map((control) => card.querySelector(`[name=${control}]`));
  let rows = [];
  const show = () => {
    for (const canvas of card.querySelectorAll('canvas')) {
      const which = canvas.dataset.plot;
      plot(canvas, rows.map((row, n) => ({ n, x: row.sigmas, y: row[which] })), { logX: true, logY: which === 'deviations' });
    }
    legend(card.querySelector('.legend'), rows.map((row, n) => ({ n, label: row.objective })));
    const table = card.querySelector('.numbers');
    const picked = rows.length ? [0, 3, 6, 9] : [];
    table.innerHTML = rows.length ? `<tr><th>mean ± standard error</th>${picked.map((i) => `<th class="number">σ = ${short(rows[0].sigmas[i])}</th>`).join('')}</tr>` : '';
    for (const row of rows) {
      const line = table.insertRow();
      line.insertCell().textContent = row.objective;
      for (const i of picked) {
        const cell = line.insertCell();
        cell.className = 'number';
        cell.textContent = `${short(row.means[i])} ± ${short(row.errors[i], 2)}`;
      }
    }
  };
  const compute = calmly(() => attempt(status, async () => {
    let fresh = [];
    say(status, 'computing…');
    const all = await ask('losses', { density: chosen(), score: score.value, samples: value(samples) }, (row) => {
      fresh = [...fresh, row];
      rows = [...fresh, ...rows.slice(fresh.length)];
      show();
    });
    if (all) {
      rows = all;
      show();
      say(status, '');
      card.dataset.computed = Number(card.dataset.computed ?? 0) + 1;
    }
  }), 250);
  score.addEventListener('change', compute);
  samples.addEventListener('input', compute);
  onChange((another) => {
    if (another) {
      compute();
    }
  });
  new ResizeObserver(show).observe(card.querySelector('canvas'));
  withColours(show);
  // It is the longest computation: it begins when it is first seen.
  new IntersectionObserver(([entry], observer) => {
    if (entry.isIntersecting) {
      observer.disconnect();
      compute();
    }
  }).observe(card);
}

function chainsExperiment(card) {
  const status = card.querySelector(':scope > .status');
  const controls = [...card.querySelectorAll(':scope > .controls:not(.subject) [name]')];
  const panels = [...card.querySelectorAll('figure')].map((figure) => panel(figure));
  let seed = 0;
  const run = () => {
    const asked = { density: chosen(), chains: 500, levels: 1, seed: seed++ };
    for (const control of controls) {
      asked[control.name] = control.name === 'score' ? control.value : value(control);
    }
    say(status, '');
    Promise.all(panels.map((one) => attempt(status, () => one.run(asked))));
  };
  const later = calmly(run, 250);
  controls.forEach((control) => control.addEventListener('input', later));
  card.querySelector('.run').addEventListener('click', run);
  onChange((another) => {
    if (another) {
      panels.forEach((one) => one.clear());
      later();
    }
  });
  new IntersectionObserver(([entry], observer) => {
    if (entry.isIntersecting) {
      observer.disconnect();
      run();
    }
  }).observe(card);
}

const still = matchMedia('(prefers-reduced-motion: reduce)');

/** One plane with moving chains: what arrives is shown one after the other, not faster than the eye can follow. */
function panel(figure) {
  const canvas = figure.querySelector('canvas');
  const at = figure.querySelector('.at');
  const counts = figure.querySelector('.counts');
  let frames = [];
  let shown = null;
  let finish = null;
  let samples = [];
  let playing = false;
  const show = () => drawPlane(canvas, { dots: shown?.x ?? [], samples });
  const play = () => {
    if (frames.length === 0) {
      playing = false;
      finish?.();
      finish = null;
      return;
    }
    playing = true;
    shown = still.matches ? frames.at(-1) : frames[0];
    frames = still.matches ? [] : frames.slice(1);
    at.textContent = `· step ${shown.step} of ${shown.steps}, σ = ${short(shown.sigma)}`;
    show();
    setTimeout(play, 40);
  };
  new ResizeObserver(show).observe(canvas);
  withColours(show);
  const clear = () => {
    frames = [];
    shown = null;
    finish = null;
    counts.replaceChildren();
    at.textContent = '';
    show();
  };
  return {
    clear,
    async run(asked) {
      clear();
      samplesOf(asked.density).then((exact) => {
        samples = exact ?? samples;
        show();
      });
      const counted = await ask(figure.dataset.action, asked, (frame) => {
        frames.push(frame);
        if (!playing) {
          play();
        }
      });
      if (counted) {
        finish = () => {
          bars(counts, counted);
          figure.dataset.computed = Number(figure.dataset.computed ?? 0) + 1;
        };
        if (!playing) {
          play();
        }
      }
    },
  };
}

/** Exact samples of each density are asked for once. */
const known = new Map();

function samplesOf(density) {
  const key = JSON.stringify(density);
  if (!known.has(key)) {
    known.clear();
    known.set(key, ask('samples', { density }).then((answer) => answer?.x));
  }
  return known.get(key);
}

/** The share of chains at each mode, beside its weight. */
function bars(place, { chains, counts, weights }) {
  place.replaceChildren(...counts.map((count, k) => {
    const row = document.createElement('div');
    row.className = 'bar';
    const share = document.createElement('meter');
    share.min = 0;
    share.max = 1;
    share.value = count / chains;
    share.setAttribute('aria-label', `share of chains at mode ${k + 1}`);
    const text = document.createElement('span');
    text.textContent = `mode ${k + 1}: ${short((100 * count) / chains)} % of the chains, weight ${short(100 * weights[k])} %`;
    row.append(share, text);
    return row;
  }));
}

document.querySelectorAll('.subject').forEach(fill);
document.querySelectorAll('.card').forEach(name);
begin();
fieldExperiment();
lossesExperiment();
document.querySelectorAll('.card.chains').forEach(chainsExperiment);
