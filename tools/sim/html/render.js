// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// One picture after another, when something changed; and the whole run below.

const overview = document.getElementById('overview');
const small = overview.querySelector('canvas');
const smallPen = small.getContext('2d');
let asked = false;

function draw() {
  Object.assign(drawn, {roles: 0, troubles: 0, writes: 0, calls: 0});
  placeLanes();
  drawBackground();
  drawAxis();
  const scale = logScale();
  for (let server = 1; server <= lanes; ++server) {
    if (layout.tops[server] !== undefined) {
      drawLane(server, scale);
    }
  }
  drawCalls();
  drawArrows(arrowsInView());
  drawLabels();
  drawMarks();
  drawViolation();
  drawPicked();
  drawGutter();
}

function drawLane(server, scale) {
  if (shownGroups[groupNumber.applies]) {
    drawLog(server, scale);
  }
  drawRoles(server);
  drawTroubles(server);
  if (shownGroups[groupNumber.writes]) {
    drawWrites(server);
  }
}

// Who leads, whose the terms are, and how much happens; the part that is looked at.
function drawOverview() {
  const [width, height] = fit(small, smallPen);
  const low = beginning - margin;
  const span = ending - beginning + 2 * margin;
  const x = (ns) => ((Math.min(Math.max(ns, low), ending + margin) - low) / span) * width;
  smallPen.fillStyle = colours['--card'];
  smallPen.fillRect(0, 0, width, height);
  const each = (height - 12) / lanes;
  for (let server = 1; server <= lanes; ++server) {
    const list = stretches[server];
    list.forEach(({at, role}, k) => {
      const end = k + 1 < list.length ? list[k + 1].at : ending;
      if (roleColours[role]) {
        smallPen.fillStyle = colours[roleColours[role]];
        smallPen.globalAlpha = role === 'follower' ? 0.45 : 1;
        smallPen.fillRect(x(at), 2 + (server - 1) * each, Math.max(x(end) - x(at), 1), Math.max(each - 1, 1));
      }
    });
  }
  smallPen.globalAlpha = 1;
  drawDensity(x, width, height);
  if (violationAt >= 0) {
    smallPen.fillStyle = colours['--wrong'];
    smallPen.fillRect(x(times[violationAt]) - 1.5, 0, 3, height);
  }
  smallPen.fillStyle = colours['--ink'];
  smallPen.globalAlpha = 0.14;
  smallPen.fillRect(0, 0, x(view.begin), height);
  smallPen.fillRect(x(view.end), 0, width - x(view.end), height);
  smallPen.globalAlpha = 1;
  smallPen.strokeStyle = colours['--accent'];
  smallPen.lineWidth = 1.5;
  const wide = Math.max(x(view.end) - x(view.begin) - 1.5, 3);
  smallPen.strokeRect(x(view.begin) + 0.75, 0.75, wide, height - 1.5);
}

// Below the lanes: where the events are that one steps through.
function drawDensity(x, width, height) {
  const bins = new Uint32Array(Math.ceil(width) + 1);
  let most = 1;
  for (const i of steps) {
    most = Math.max(most, ++bins[Math.floor(x(times[i]))]);
  }
  smallPen.fillStyle = colours[view.search ? '--accent' : '--soft'];
  bins.forEach((many, at) => {
    if (many > 0) {
      const high = 1 + 7 * Math.sqrt(many / most);
      smallPen.fillRect(at, height - high, 1, high);
    }
  });
}

// What the picture has, for tests and for whoever cannot see it.
function tell() {
  const told = timeline.dataset;
  told.begin = Math.round(view.begin);
  told.end = Math.round(view.end);
  told.picked = view.picked;
  Object.assign(told, drawn);
  document.getElementById('range').textContent =
    `${timeText(Math.max(0, view.begin), (view.end - view.begin) / 1000)} … ` +
    `${timeText(view.end, (view.end - view.begin) / 1000)}  (${durationText(view.end - view.begin)})`;
}

function render() {
  asked = false;
  draw();
  drawOverview();
  tell();
}

function renderSoon() {
  if (!asked) {
    asked = true;
    requestAnimationFrame(render);
  }
}

listeners.push(renderSoon);

