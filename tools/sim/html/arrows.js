// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Messages between lanes, marks on them, and what is selected.

const arrowsMax = 2500;  // More than that are drawn as far apart as it takes.
const headsMax = 500;

// Sendings that may be seen, by when they left.
function* sendsInView() {
  const begin = view.begin - usualFlight;
  for (const i of slowSends) {
    if (times[i] < begin && times[otherEnd(i)] > view.begin) {
      yield i;
    }
  }
  for (let k = lastUpTo(sends, begin, (i) => times[i]) + 1; k < sends.length; ++k) {
    if (times[sends[k]] > view.end) {
      return;
    }
    yield sends[k];
  }
}

// The ends of an arrow; null: not to be seen. One that never arrives ends on its way.
function arrowOf(i) {
  const from = servers[i];
  const to = peerOf(i);
  if (!isShown(i) || layout.tops[from] === undefined || layout.tops[to] === undefined) {
    return null;
  }
  const other = otherEnd(i);
  const x = xOf(times[i]);
  const y = bandMiddle(from);
  const down = layout.tops[to] > layout.tops[from];
  const target = bandMiddle(to) + (down ? -bandHeight / 2 : bandHeight / 2);
  const source = y + (down ? bandHeight / 2 : -bandHeight / 2);
  if (other >= 0) {
    return {i, x, y: source, toX: xOf(times[other]), toY: target, arrives: true};
  }
  return {i, x, y: source, toX: x + 7, toY: source + (target - source) * 0.35, arrives: false};
}

// As many arrows as can be told apart: of each group and pair of servers one every few pixels.
function arrowsInView() {
  const many = lastUpTo(sends, view.end, (i) => times[i]) - lastUpTo(sends, view.begin, (i) => times[i]);
  const apart = many > arrowsMax ? (many / arrowsMax) * 4 : 0;
  const last = new Map();
  const arrows = [];
  drawn.messages = 0;
  for (const i of sendsInView()) {
    if (!isShown(i)) {
      continue;
    }
    ++drawn.messages;
    const x = xOf(times[i]);
    const lane = ((servers[i] * 256 + peerOf(i)) * 16 + groupOf[i]) * 2 + (otherEnd(i) < 0 ? 1 : 0);
    if (apart > 0 && x - (last.get(lane) ?? -Infinity) < apart) {
      continue;
    }
    const arrow = arrowOf(i);
    if (arrow && Math.max(arrow.x, arrow.toX) >= gutter && x <= layout.width) {
      last.set(lane, x);
      arrows.push(arrow);
    }
  }
  return arrows;
}

function head(arrow, size) {
  const angle = Math.atan2(arrow.toY - arrow.y, arrow.toX - arrow.x);
  pen.beginPath();
  pen.moveTo(arrow.toX, arrow.toY);
  pen.lineTo(arrow.toX - size * Math.cos(angle - 0.4), arrow.toY - size * Math.sin(angle - 0.4));
  pen.lineTo(arrow.toX - size * Math.cos(angle + 0.4), arrow.toY - size * Math.sin(angle + 0.4));
  pen.fill();
}

function cross(x, y, size) {
  pen.beginPath();
  pen.moveTo(x - size, y - size);
  pen.lineTo(x + size, y + size);
  pen.moveTo(x + size, y - size);
  pen.lineTo(x - size, y + size);
  pen.stroke();
}

function drawArrows(arrows) {
  drawn.arrows = arrows.length;
  drawn.lost = 0;
  const many = arrows.length > headsMax;
  groups.forEach((group, number) => {
    const mine = arrows.filter((arrow) => groupOf[arrow.i] === number);
    const colour = colours[group.colour];
    pen.globalAlpha = (group.name === 'heartbeats' ? 0.45 : 0.85) * (many ? 0.6 : 1);
    pen.strokeStyle = colour;
    pen.fillStyle = colour;
    pen.lineWidth = many ? 0.8 : 1.2;
    pen.beginPath();
    for (const arrow of mine) {
      if (arrow.arrives) {
        pen.moveTo(arrow.x, arrow.y);
        pen.lineTo(arrow.toX, arrow.toY);
      }
    }
    pen.stroke();
    for (const arrow of many ? [] : mine.filter((each) => each.arrives)) {
      head(arrow, 7);
    }
  });
  // Those that do not arrive: dashed, with a cross.
  pen.globalAlpha = many ? 0.7 : 1;
  pen.strokeStyle = colours['--lost'];
  pen.lineWidth = 1.1;
  for (const arrow of arrows.filter((each) => !each.arrives)) {
    ++drawn.lost;
    pen.setLineDash([3, 2]);
    pen.beginPath();
    pen.moveTo(arrow.x, arrow.y);
    pen.lineTo(arrow.toX, arrow.toY);
    pen.stroke();
    pen.setLineDash([]);
    cross(arrow.toX, arrow.toY, many ? 1.5 : 3);
  }
  pen.globalAlpha = 1;
  pen.lineWidth = 1;
}

// Single moments: letters in small discs that do not cover each other.
const signs = {
  crash: ['✕', '--wrong'], lost: ['✕', '--wrong'], start: ['▸', '--good'], closed: ['■', '--soft'],
  faulted: ['!', '--wrong'], truncated: ['«', '--ill'], capture: ['S', '--snapshot'],
  install: ['I', '--snapshot'], corrupt: ['!', '--ill'], configuration: ['C', '--accent'],
  transfer: ['T', '--accent'], bad_link: ['/', '--cut'], heal: ['heal', '--good'],
  reset: ['reset', '--ill'], half_open: ['half-open', '--ill'],
};

function drawMarks() {
  const last = new Map();
  drawn.marks = 0;
  for (let k = lastUpTo(marks, view.begin, (i) => times[i]) + 1; k < marks.length; ++k) {
    const i = marks[k];
    if (times[i] > view.end) {
      break;
    }
    const sign = signs[kindNames[kinds[i]]];
    const row = servers[i];
    if (!sign || !isShown(i) || (row > 0 && layout.tops[row] === undefined)) {
      continue;
    }
    const x = xOf(times[i]);
    const wide = row === 0 ? widthOf(sign[0]) + 10 : 13;
    const fits = x >= (last.get(row) ?? -Infinity) + 2 && x + wide <= layout.width;
    if (fits) {
      last.set(row, x + wide);
    }
    if (fits || row === 0) {
      ++drawn.marks;
      drawMark(x, row, sign, fits ? wide : 0);
    }
  }
}

// Of the world: a line, with its name beside it where there is room.
function drawMark(x, row, [letter, colour], wide) {
  const y = row === 0 ? axisHeight + worldHeight / 2 : bandMiddle(row) + bandHeight / 2 + 1;
  pen.fillStyle = colours[colour];
  if (row === 0) {
    pen.globalAlpha = 0.18;
    pen.fillRect(x, y - 8, Math.max(wide - 2, 0), 16);
    pen.globalAlpha = 1;
    pen.fillRect(x, y - 8, 1.5, 16);
    if (wide > 0) {
      text(letter, x + 4, y + 0.5, colours[colour]);
    }
    return;
  }
  pen.beginPath();
  pen.arc(x + 0.5, y, 6, 0, 7);
  pen.fill();
  text(letter, x + 0.5, y + 0.5, colours['--card'], 'center', `700 ${smallFont.replace('11px', '9px')}`);
}

function drawViolation() {
  drawn.violation = '';
  if (violationAt < 0) {
    return;
  }
  const x = xOf(times[violationAt]);
  if (x < gutter || x > layout.width) {
    return;
  }
  drawn.violation = run.violation.check;
  pen.fillStyle = colours['--wrong'];
  pen.globalAlpha = 0.1;
  pen.fillRect(x - 5, axisHeight, 10, layout.height - axisHeight);
  pen.globalAlpha = 1;
  pen.fillRect(x - 1, axisHeight, 2, layout.height - axisHeight);
  const words = run.violation.check;
  const wide = widthOf(words, `600 ${smallFont}`) + 14;
  const left = x + wide < layout.width ? x : x - wide;
  pen.fillRect(left, axisHeight + 2, wide, worldHeight - 4);
  text(words, left + 7, axisHeight + worldHeight / 2 + 0.5, colours['--card'], 'left', `600 ${smallFont}`);
}

function drawPicked() {
  const i = view.picked;
  if (i < 0) {
    return;
  }
  const x = Math.round(xOf(times[i])) + 0.5;
  if (x < gutter || x > layout.width) {
    return;
  }
  pen.strokeStyle = colours['--ink'];
  pen.globalAlpha = 0.35;
  pen.beginPath();
  pen.moveTo(x, axisHeight);
  pen.lineTo(x, layout.height);
  pen.stroke();
  pen.globalAlpha = 1;
  const sent = isFrame(i) ? (isSend(i) ? i : otherEnd(i)) : -1;
  const arrow = sent >= 0 ? arrowOf(sent) : null;
  if (arrow) {
    pen.lineWidth = 2.6;
    pen.fillStyle = colours['--ink'];
    pen.strokeStyle = colours['--ink'];
    pen.beginPath();
    pen.moveTo(arrow.x, arrow.y);
    pen.lineTo(arrow.toX, arrow.toY);
    pen.stroke();
    if (arrow.arrives) {
      head(arrow, 10);
    }
  }
  const at = placeOf(i);
  if (at && i !== violationAt) {
    pen.lineWidth = 2;
    pen.strokeStyle = colours['--ink'];
    pen.beginPath();
    pen.arc(at[0], at[1], 6, 0, 7);
    pen.stroke();
  }
  pen.lineWidth = 1;
}

