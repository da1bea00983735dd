// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Wheel, mouse and fingers on the picture: zoom, move, point, select.

const near = 7;  // Pixels.
const tip = document.getElementById('tip');
const pointers = new Map();
let dragged = 0;  // Pixels since the pointer went down.

const placeIn = (box, event) => {
  const {left, top} = box.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
};

function distanceToArrow({x, y, toX, toY}, px, py) {
  const [dx, dy] = [toX - x, toY - y];
  const share = Math.min(1, Math.max(0, ((px - x) * dx + (py - y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(px - x - share * dx, py - y - share * dy);
}

// The event that is nearest to a place; -1: none is near.
function eventAt(px, py) {
  let best = -1;
  let least = near;
  const consider = (i, distance) => {
    if (distance < least) {
      [best, least] = [i, distance];
    }
  };
  const end = timeOf(px + near);
  for (let i = firstAt(timeOf(px - near)); i < count && times[i] <= end; ++i) {
    const at = isShown(i) ? placeOf(i) : null;
    if (at) {
      // A little farther than an arrow that is as near.
      consider(i, Math.hypot(at[0] - px, at[1] - py) + (isFrame(i) ? 1 : 0));
    }
  }
  if (drawn.messages <= arrowsMax) {
    for (const i of sendsInView()) {
      const arrow = arrowOf(i);
      if (arrow) {
        consider(i, distanceToArrow(arrow, px, py) + 1.5);
      }
    }
  }
  return best;
}

function showTip(event) {
  const [px, py] = placeIn(timeline, event);
  const i = px > gutter ? eventAt(px, py) : -1;
  tip.hidden = i < 0;
  if (i < 0) {
    return;
  }
  tip.textContent = `${timeText(times[i])}  ${place(servers[i])}: ${describe(i)}`;
  const {width, height} = tip.getBoundingClientRect();
  const box = timeline.getBoundingClientRect();
  tip.style.left = `${Math.max(0, Math.min(px + 12, box.width - width - 4))}px`;
  tip.style.top = `${py + 18 + height > box.height ? Math.max(0, py - height - 8) : py + 18}px`;
}

timeline.addEventListener('wheel', (event) => {
  event.preventDefault();
  const along = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
  if (Math.abs(along) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
    pan(along / plotWidth());
    return;
  }
  const lines = event.deltaMode === 1 ? 30 : 1;
  const turned = Math.max(-1, Math.min(1, event.deltaY * lines * 0.0022));
  zoom(Math.exp(turned), timeOf(placeIn(timeline, event)[0]));
}, {passive: false});

timeline.addEventListener('pointerdown', (event) => {
  pointers.set(event.pointerId, event);
  dragged = 0;
  timeline.classList.add('dragging');
  tip.hidden = true;
});

function pinch(event) {
  const [one, two] = [...pointers.values()];
  const other = one.pointerId === event.pointerId ? two : one;
  const before = Math.abs(pointers.get(event.pointerId).clientX - other.clientX);
  const after = Math.abs(event.clientX - other.clientX);
  if (before > 8 && after > 8) {
    const {left} = timeline.getBoundingClientRect();
    zoom(before / after, timeOf((event.clientX + other.clientX) / 2 - left));
  }
}

timeline.addEventListener('pointermove', (event) => {
  if (pointers.size === 0) {
    showTip(event);
  }
});

// Of the window: who drags may leave the picture.
window.addEventListener('pointermove', (event) => {
  const last = pointers.get(event.pointerId);
  if (!last) {
    return;
  }
  if (pointers.size === 2) {
    pinch(event);
  } else {
    pan((last.clientX - event.clientX) / plotWidth());
  }
  dragged += Math.abs(last.clientX - event.clientX) + Math.abs(last.clientY - event.clientY);
  pointers.set(event.pointerId, event);
});

function release(event) {
  const wasAlone = pointers.size === 1;
  if (!pointers.delete(event.pointerId)) {
    return;
  }
  timeline.classList.toggle('dragging', pointers.size > 0);
  if (event.type === 'pointerup' && wasAlone && dragged < 4) {
    pick(eventAt(...placeIn(timeline, event)));
  }
}

window.addEventListener('pointerup', release);
window.addEventListener('pointercancel', release);
timeline.addEventListener('pointerleave', () => {
  tip.hidden = true;
});
timeline.addEventListener('dblclick', (event) => zoom(0.4, timeOf(placeIn(timeline, event)[0])));

// In the whole run: the middle of the view goes where one points.
function center(event) {
  const [px] = placeIn(overview, event);
  const at = beginning - margin + (px / overview.clientWidth) * (ending - beginning + 2 * margin);
  const span = view.end - view.begin;
  show(at - span / 2, at + span / 2);
}

let centering = false;
overview.addEventListener('pointerdown', (event) => {
  centering = true;
  center(event);
});
window.addEventListener('pointermove', (event) => centering && center(event));
window.addEventListener('pointerup', () => {
  centering = false;
});

