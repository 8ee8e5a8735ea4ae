// Draws in the plane: a density as ground, a score as arrows, points.

import { colour, sharp } from '/files/frame.js';

/** A picture of the square [−half, half]². */
export function drawPlane(canvas, { half = 4.5, cells = 0, density = [], arrows = 0, vectors = [], dots = [], samples = [], cursor = null }) {
  const { context, width, height } = sharp(canvas);
  const size = Math.min(width, height);
  const at = (x) => ((x / half + 1) / 2) * size;
  const up = (y) => ((1 - y / half) / 2) * size;
  if (cells) {
    ground(context, cells, density, size);
  }
  drawDots(context, samples, at, up, colour('--c5'), 1.2);
  if (arrows) {
    drawArrows(context, arrows, vectors, half, at, up, size);
  }
  drawDots(context, dots, at, up, colour('--c1'), 1.6);
  if (cursor) {
    context.strokeStyle = colour('--ink');
    context.strokeRect(at(cursor[0]) - 4, up(cursor[1]) - 4, 8, 8);
  }
}

function ground(context, cells, density, size) {
  const image = new ImageData(cells, cells);
  const [red, green, blue] = channels(colour('--c0'));
  for (let i = 0; i < density.length; i++) {
    const pixel = 4 * ((cells - 1 - Math.floor(i / cells)) * cells + (i % cells));
    image.data.set([red, green, blue, 190 * Math.sqrt(density[i])], pixel);
  }
  const small = new OffscreenCanvas(cells, cells);
  small.getContext('2d').putImageData(image, 0, 0);
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, size, size);
}

function channels(hex) {
  return [1, 3, 5].map((from) => parseInt(hex.slice(from, from + 2), 16));
}

function drawDots(context, dots, at, up, style, radius) {
  context.fillStyle = style;
  context.beginPath();
  for (let i = 0; i < dots.length; i += 2) {
    if (dots[i] !== null && dots[i + 1] !== null) {
      context.moveTo(at(dots[i]) + radius, up(dots[i + 1]));
      context.arc(at(dots[i]), up(dots[i + 1]), radius, 0, 7);
    }
  }
  context.fill();
}

/** Lengths are compressed, so that short arrows are seen beside long ones: the longest fills its cell. */
function drawArrows(context, count, vectors, half, at, up, size) {
  const lengths = Array.from({ length: vectors.length / 2 }, (_, i) => Math.hypot(vectors[2 * i], vectors[2 * i + 1]));
  const longest = Math.max(...lengths) || 1;
  context.strokeStyle = colour('--ink');
  context.lineWidth = 1.2;
  context.beginPath();
  lengths.forEach((length, i) => {
    const middle = (cell) => half * ((2 * cell + 1) / count - 1);
    const shown = (0.92 * size / count) * Math.sqrt(length / longest);
    if (shown < 0.7) {
      return;
    }
    const [dx, dy] = [vectors[2 * i] / length, -vectors[2 * i + 1] / length];
    const tip = [at(middle(i % count)) + (dx * shown) / 2, up(middle(Math.floor(i / count))) + (dy * shown) / 2];
    const head = Math.min(4, shown / 2.5);
    context.moveTo(tip[0] - dx * shown, tip[1] - dy * shown);
    context.lineTo(...tip);
    context.moveTo(tip[0] - head * (dx - 0.6 * dy), tip[1] - head * (dy + 0.6 * dx));
    context.lineTo(...tip);
    context.lineTo(tip[0] - head * (dx + 0.6 * dy), tip[1] - head * (dy - 0.6 * dx));
  });
  context.stroke();
}

/** The place in the square of a pointer's event. */
export function placeOf(canvas, event, half = 4.5) {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width * 2 - 1) * half, (1 - (event.clientY - box.top) / box.height * 2) * half];
}
