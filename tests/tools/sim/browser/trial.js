// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// What every trial of a page needs: events as people cause them, and notes of what came of it.

'use strict';

const timeline = document.getElementById('timeline');
const canvas = timeline.querySelector('canvas');
const told = timeline.dataset;
const at = (name) => Number(told[name]);
const span = () => at('end') - at('begin');
const words = (id) => document.getElementById(id).textContent;

// The picture follows in the next frame; events that hang together come in a timer after that.
const settle = async () => {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await new Promise((resolve) => setTimeout(resolve, 200));
};

function expect(holds, what) {
  if (!holds) {
    throw new Error(what);
  }
}

const same = (one, other, what) => expect(one === other, `${what}: ${one} and not ${other}`);
const isClose = (one, other, share) => Math.abs(one - other) <= share * Math.abs(other);

// Tries one thing and notes what is wrong with it.
async function attempt(name, act) {
  try {
    await act();
    window.notes[name] = '';
  } catch (error) {
    window.notes[name] = error.stack;
  }
}

async function press(key, target = timeline) {
  target.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
  await settle();
}

async function click(target, options = {}) {
  target.dispatchEvent(new MouseEvent('click', {bubbles: true, ...options}));
  await settle();
}

function point(type, x, y, options = {}) {
  const {left, top} = timeline.getBoundingClientRect();
  timeline.dispatchEvent(new PointerEvent(type, {bubbles: true, pointerId: 1, clientX: left + x,
    clientY: top + y, ...options}));
}

async function clickAt(x, y) {
  point('pointerdown', x, y);
  point('pointerup', x, y);
  await settle();
}

async function wheel(x, y, options) {
  const {left, top} = timeline.getBoundingClientRect();
  timeline.dispatchEvent(new WheelEvent('wheel', {bubbles: true, cancelable: true, clientX: left + x,
    clientY: top + y, ...options}));
  await settle();
}

const chipNamed = (name) => [...document.querySelectorAll('.chips button')]
  .find((button) => button.textContent === name);

// How many points of the picture have exactly the colour of a variable of the style.
function pointsOf(variable) {
  const probe = document.createElement('i');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const [red, green, blue] = getComputedStyle(probe).color.match(/\d+/g).map(Number);
  probe.remove();
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let many = 0;
  for (let i = 0; i < data.length; i += 4) {
    many += data[i] === red && data[i + 1] === green && data[i + 2] === blue ? 1 : 0;
  }
  return many;
}

// The first place of the picture, row by row, where something is told of; null: nowhere.
function findTip(accepts = () => true) {
  const tip = document.getElementById('tip');
  for (let y = 40; y < timeline.clientHeight; y += 5) {
    for (let x = 100; x < timeline.clientWidth - 10; x += 3) {
      point('pointermove', x, y);
      if (!tip.hidden && accepts(tip.textContent)) {
        return {x, y, words: tip.textContent};
      }
    }
  }
  return null;
}

function overlaps(elements) {
  const boxes = elements.map((each) => [each, each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0);
  for (const [one, a] of boxes) {
    for (const [other, b] of boxes) {
      if (one !== other && a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 &&
          b.top < a.bottom - 0.5) {
        return `${one.id || one.textContent} and ${other.id || other.textContent}`;
      }
    }
  }
  return '';
}

