// What every page uses: asking the program, and saying what went wrong. The program computes, a page only draws.

const session = crypto.randomUUID();
const page = location.pathname;
const asked = new Map();

/** What the program could not do, in one sentence. */
export class Refusal extends Error {}

/**
 * Asks the program; a newer request of the same action takes the place of the older one.
 *
 * @param action its name
 * @param parameters an object
 * @param progress is called with each value that the program sends before the answer
 * @returns the answer: an object, or a Blob where it is a picture; undefined where a newer request took its place
 * @throws Refusal
 */
export async function ask(action, parameters = {}, progress = () => {}) {
  asked.get(action)?.abort();
  const control = new AbortController();
  asked.set(action, control);
  try {
    const response = await fetch(page + action, {
      method: 'POST',
      headers: { 'X-Session': session, 'Content-Type': 'application/json' },
      body: JSON.stringify(parameters),
      signal: control.signal,
    });
    const type = response.headers.get('Content-Type');
    if (type === 'text/event-stream') {
      return await listen(response.body, control, progress);
    }
    if (!response.ok) {
      if (response.status === 409) {
        return undefined;
      }
      throw new Refusal((await response.json()).error);
    }
    return type === 'application/json' ? await response.json() : await response.blob();
  } catch (failure) {
    if (control.signal.aborted) {
      return undefined;
    }
    throw failure instanceof TypeError ? new Refusal('The program does not answer; is it still running?') : failure;
  } finally {
    if (asked.get(action) === control) {
      asked.delete(action);
    }
  }
}

/** Ends a request whose answer is no longer wanted. */
export function cancel(action) {
  asked.get(action)?.abort();
}

async function listen(body, control, progress) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (control.signal.aborted) {
      return undefined;
    }
    if (done) {
      throw new Refusal('The program ended before its answer did.');
    }
    const events = (text + value).split('\n\n');
    text = events.pop();
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(event);
      if (name === 'result') {
        return JSON.parse(data);
      }
      if (name === 'error') {
        throw new Refusal(JSON.parse(data).error);
      }
      progress(JSON.parse(data));
    }
  }
}

/** Shows a line of text in a page's element of class "status". */
export function say(element, text) {
  element.classList.remove('failed');
  element.textContent = text;
}

/** Runs something that asks, and shows in an element of class "status" where it fails. */
export async function attempt(element, work) {
  try {
    return await work();
  } catch (failure) {
    if (!(failure instanceof Refusal)) {
      throw failure;
    }
    element.classList.add('failed');
    element.textContent = failure.message;
    return undefined;
  }
}

/** A colour of the style sheet, such as "--c0", for a canvas. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Calls something now, and again when the person changes between dark and light. */
export function withColours(draw) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  draw();
}

/** A number in a few digits. */
export function short(number, digits = 3) {
  return number === null ? '–' : Number(number.toPrecision(digits)).toString();
}

/**
 * A canvas's context in which a unit is a pixel of the style sheet, sharp on any screen.
 *
 * @returns its context, width and height
 */
export function sharp(canvas) {
  const ratio = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}
