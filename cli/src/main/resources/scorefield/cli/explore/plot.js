// Lines over axes on a canvas.

import { colour, sharp, short } from '/files/frame.js';

const LEFT = 52;
const BOTTOM = 24;
const MARGIN = 8;

/** The colour of the n-th line. */
export function lineColour(n) {
  return colour(`--c${n % 6}`);
}

/**
 * Draws lines.
 *
 * @param lines each with x, y (null where there is nothing) and a colour's number n
 * @param logX, logY whether an axis is logarithmic; what is not positive is left out then
 * @param mark an x to mark, or null
 */
export function plot(canvas, lines, { logX = false, logY = false, mark = null } = {}) {
  const { context, width, height } = sharp(canvas);
  const keep = (value, log) => value !== null && Number.isFinite(value) && (!log || value > 0);
  const xs = lines.flatMap((line) => line.x.filter((x, i) => keep(x, logX) && keep(line.y[i], logY)));
  const ys = lines.flatMap((line) => line.y.filter((y, i) => keep(y, logY) && keep(line.x[i], logX)));
  if (xs.length === 0) {
    return;
  }
  const across = axis(xs, logX, LEFT, width - MARGIN);
  const upward = axis(ys, logY, height - BOTTOM, MARGIN);
  context.font = '12px system-ui, sans-serif';
  context.fillStyle = colour('--quiet');
  context.strokeStyle = colour('--line');
  context.lineWidth = 1;
  context.beginPath();
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const tick of upward.ticks) {
    context.moveTo(LEFT, upward.at(tick));
    context.lineTo(width - MARGIN, upward.at(tick));
    context.fillText(name(tick), LEFT - 6, upward.at(tick));
  }
  context.textAlign = 'center';
  context.textBaseline = 'top';
  let free = -Infinity;
  for (const tick of across.ticks) {
    const half = context.measureText(name(tick)).width / 2;
    const at = Math.min(across.at(tick), width - half - 1);
    context.moveTo(across.at(tick), height - BOTTOM);
    context.lineTo(across.at(tick), MARGIN);
    if (at - half > free) {
      context.fillText(name(tick), at, height - BOTTOM + 6);
      free = at + half + 8;
    }
  }
  context.stroke();
  if (mark !== null && keep(mark, logX)) {
    context.strokeStyle = colour('--ink');
    context.setLineDash([4, 4]);
    context.beginPath();
    context.moveTo(across.at(mark), MARGIN);
    context.lineTo(across.at(mark), height - BOTTOM);
    context.stroke();
    context.setLineDash([]);
  }
  context.lineWidth = 1.8;
  context.lineJoin = 'round';
  for (const line of lines) {
    context.strokeStyle = lineColour(line.n);
    context.fillStyle = lineColour(line.n);
    context.beginPath();
    let drawing = false;
    line.x.forEach((x, i) => {
      if (!keep(x, logX) || !keep(line.y[i], logY)) {
        drawing = false;
        return;
      }
      context[drawing ? 'lineTo' : 'moveTo'](across.at(x), upward.at(line.y[i]));
      drawing = true;
    });
    context.stroke();
    if (line.x.length === 1 && keep(line.x[0], logX) && keep(line.y[0], logY)) {
      context.fillRect(across.at(line.x[0]) - 2, upward.at(line.y[0]) - 2, 4, 4);
    }
  }
}

function axis(values, log, from, to) {
  const scale = log ? Math.log10 : (value) => value;
  let least = values.reduce((a, b) => Math.min(a, b));
  let most = values.reduce((a, b) => Math.max(a, b));
  if (least === most) {
    [least, most] = log ? [least / 2, most * 2] : [least - 1, most + 1];
  }
  const at = (value) => from + ((scale(value) - scale(least)) / (scale(most) - scale(least))) * (to - from);
  return { at, ticks: log ? decades(least, most) : evenly(least, most) };
}

function evenly(least, most) {
  const rough = (most - least) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks = [];
  for (let k = Math.ceil(least / step); k * step <= most; k++) {
    ticks.push(k * step);
  }
  return ticks;
}

function decades(least, most) {
  const narrow = Math.log10(most / least) < 2;
  const every = Math.max(1, Math.ceil(Math.log10(most / least) / 6));
  const ticks = [];
  for (let k = Math.floor(Math.log10(least)); k <= Math.log10(most); k++) {
    for (const factor of narrow ? [1, 2, 5] : [1]) {
      const tick = factor * 10 ** k;
      if (tick >= least && tick <= most && k % every === 0) {
        ticks.push(tick);
      }
    }
  }
  return ticks;
}

function name(tick) {
  const size = Math.abs(tick);
  return size >= 1e4 || (size > 0 && size < 1e-2) ? tick.toExponential().replace(/\.?0*e\+?/, 'e') : short(tick);
}

/** Fills a place with the names of lines in their colours. */
export function legend(place, lines) {
  place.replaceChildren(...lines.map(({ n, label }) => {
    const item = document.createElement('span');
    const sign = document.createElement('span');
    sign.className = 'sign';
    sign.style.background = lineColour(n);
    item.append(sign, label);
    return item;
  }));
}
