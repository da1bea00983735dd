// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The lanes: roles and terms, troubles, writes, how far the log is; the clients; the time above.

const drawn = {};   // How many of what the last picture has.
const labels = [];  // Of the bands: words, x, y.

function text(words, x, y, colour, align = 'left', font = smallFont) {
  pen.font = font;
  pen.fillStyle = colour;
  pen.textAlign = align;
  pen.textBaseline = 'middle';
  pen.fillText(words, x, y);
}

const widthOf = (words, font = smallFont) => {
  pen.font = font;
  return pen.measureText(words).width;
};

// Moments between marks of the axis: 1, 2 or 5 times a power of ten.
function axisStep() {
  const least = ((view.end - view.begin) / plotWidth()) * 96;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((times) => times * power).find((each) => each >= least);
}

function drawAxis() {
  const each = axisStep();
  for (let at = Math.ceil(view.begin / each) * each; at <= view.end; at += each) {
    const x = Math.round(xOf(at)) + 0.5;
    pen.strokeStyle = colours['--line'];
    pen.beginPath();
    pen.moveTo(x, axisHeight - 6);
    pen.lineTo(x, layout.height);
    pen.stroke();
    const words = timeText(at, each);
    if (x + widthOf(words) / 2 < layout.width && x - widthOf(words) / 2 > gutter - 4) {
      text(words, x, 10, colours['--soft'], 'center');
    }
  }
}

function drawBackground() {
  pen.fillStyle = colours['--card'];
  pen.fillRect(0, 0, layout.width, layout.height);
  let odd = false;
  drawn.lanes = 0;
  for (let server = 1; server <= lanes; ++server) {
    if (layout.tops[server] === undefined) {
      continue;
    }
    ++drawn.lanes;
    odd = !odd;
    if (odd) {
      pen.fillStyle = colours['--stripe'];
      pen.fillRect(0, layout.tops[server], layout.width, layout.laneHeight);
    }
  }
}

// The names of the lanes, over whatever reaches in there.
function drawGutter() {
  pen.fillStyle = colours['--card'];
  pen.fillRect(0, 0, gutter - 4, layout.height);
  text('world', 10, axisHeight + worldHeight / 2, colours['--soft']);
  for (let server = 1; server <= lanes; ++server) {
    if (layout.tops[server] === undefined) {
      continue;
    }
    text(`server ${server}`, 10, bandMiddle(server), colours['--ink'], 'left', `600 ${smallFont}`);
    if (logBottom(server) - writesTop(server) > 12) {
      const state = view.picked >= 0 ? stateAfter(server, view.picked) : null;
      text(state && state.up ? `commit ${state.commit}` : 'log', 10,
        (logTop(server) + logBottom(server)) / 2, colours['--soft']);
    }
  }
  if (layout.clientHeight >= 9) {
    clients.forEach((client, row) => {
      text(`client ${client}`, 10, layout.clientsTop + (row + 0.5) * layout.clientHeight, colours['--soft'],
        'left', smallFont.replace('11px', '9px'));
    });
  } else if (layout.clientHeight > 0) {
    text('clients', 10, layout.clientsTop + (layout.clientHeight * clients.length) / 2, colours['--soft']);
  }
}

function drawDown(x, width, y) {
  pen.strokeStyle = colours['--soft'];
  pen.setLineDash([2, 4]);
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + width, y);
  pen.stroke();
  pen.setLineDash([]);
}

function drawRoles(server) {
  const list = stretches[server];
  const top = bandTop(server);
  const first = Math.max(0, lastUpTo(list, view.begin, (each) => each.at));
  for (let k = first; k < list.length && list[k].at < view.end; ++k) {
    const {role, term, at} = list[k];
    const x = cutX(at);
    const end = cutX(k + 1 < list.length ? list[k + 1].at : ending);
    const width = Math.max(end - x, 1);
    if (role === 'down' || role === 'lost') {
      drawDown(x, width, bandMiddle(server));
      if (role === 'lost' && width > 70) {
        text('lost for good', x + 8, bandMiddle(server) - 7, colours['--soft']);
      }
      continue;
    }
    pen.fillStyle = colours[roleColours[role]];
    pen.fillRect(x, top, width, bandHeight);
    ++drawn.roles;
    // A line where it begins, so that two of one colour can be told apart.
    pen.fillStyle = colours['--card'];
    pen.fillRect(x, top, 1, bandHeight);
    const words = [`term ${term} ${role}`, `T${term} ${role}`, `T${term}`, `${term}`]
      .find((each) => widthOf(each) + 10 < width);
    if (words) {
      labels.push([words, x + 6, top + bandHeight / 2 + 0.5]);
    }
  }
}

// Over whatever crosses the bands.
function drawLabels() {
  drawn.terms = labels.length;
  for (const [words, x, y] of labels.splice(0)) {
    text(words, x, y, colours['--on-role']);
  }
}

function drawSpans(spans, y, height, colour, pattern) {
  let last = -1;
  for (const [begin, end] of spans) {
    if (end < view.begin || begin > view.end) {
      continue;
    }
    const x = cutX(begin);
    const width = Math.max(cutX(end) - x, 1.5);
    if (x + width < last + 1) {
      continue;
    }
    last = x + width;
    ++drawn.troubles;
    pen.fillStyle = colour;
    if (!pattern) {
      pen.fillRect(x, y, width, height);
      continue;
    }
    for (let dash = x; dash < x + width; dash += 6) {
      pen.fillRect(dash, y, Math.min(3.5, x + width - dash), height);
    }
  }
}

function drawTroubles(server) {
  const {pause, ill, cut} = troubleSpans[server];
  const above = bandTop(server);
  if (shownGroups[groupNumber.faults]) {
    drawSpans(cut, above - 4, 2.5, colours['--cut'], true);
    drawSpans(ill, above - 8, 2.5, colours['--ill'], false);
    // A veil: it stands still.
    pen.globalAlpha = 0.55;
    drawSpans(pause, above, bandHeight, colours['--pause'], true);
    pen.globalAlpha = 1;
  }
}

function drawWrites(server) {
  const list = writes[server];
  const y = writesTop(server);
  // The disk takes them one after the other, but a stuck one takes long.
  let k = Math.max(0, lastUpTo(list, view.begin, (write) => write.at) - 64);
  let last = -1;
  for (; k < list.length && list[k].at < view.end; ++k) {
    const write = list[k];
    const x = cutX(write.at);
    const end = cutX(Math.min(write.end, ending));
    if (write.end < view.begin || end < last + 0.6) {
      continue;
    }
    last = Math.max(end, x + 1);
    ++drawn.writes;
    pen.fillStyle = write.outcome > 0 ? colours['--wrong'] : colours['--write'];
    pen.globalAlpha = write.outcome === 0 ? 0.75 : 0.45;
    pen.fillRect(x, y, Math.max(end - x, 1), 4);
    pen.globalAlpha = 1;
  }
}

// The heights of a log: what is visible of all servers has the same scale.
function logScale() {
  let low = Infinity;
  let high = 0;
  for (let server = 1; server <= lanes; ++server) {
    const states = history[server];
    let k = Math.max(0, lastUpTo(states, view.begin, (state) => state.at));
    for (; k < states.length && states[k].at < view.end; ++k) {
      if (shownServers[server] && states[k].up && states[k].last > 0) {
        low = Math.min(low, states[k].commit);
        high = Math.max(high, states[k].last);
      }
    }
  }
  return low === Infinity ? [0, 1] : [Math.max(0, low - 1), Math.max(high, low + 1)];
}

// The points of one line: as stairs, at most two for each pixel.
function stairs(states, key, yOf) {
  const points = [];
  let last = -2;
  let k = Math.max(0, lastUpTo(states, view.begin, (state) => state.at));
  for (; k < states.length && states[k].at < view.end; ++k) {
    const x = cutX(states[k].at);
    const next = k + 1 < states.length ? cutX(states[k + 1].at) : cutX(ending);
    if (next - last < 0.7) {
      continue;
    }
    const y = states[k].up && states[k].last > 0 ? yOf(states[k][key]) : null;
    points.push([x, next, y]);
    last = next;
  }
  return points;
}

function drawLog(server, [low, high]) {
  const top = logTop(server);
  const bottom = logBottom(server);
  if (bottom - top < 6) {
    return;
  }
  const yOf = (index) => bottom - ((index - low) / (high - low)) * (bottom - top);
  const paint = (key, colour, alpha) => {
    pen.fillStyle = colour;
    pen.globalAlpha = alpha;
    for (const [x, next, y] of stairs(history[server], key, yOf)) {
      if (y !== null) {
        pen.fillRect(x, Math.min(y, bottom), next - x, Math.max(0, bottom - y));
      }
    }
    pen.globalAlpha = 1;
  };
  paint('last', colours['--write'], 0.28);
  paint('commit', colours['--commit'], 0.25);
  paint('applied', colours['--commit'], 0.3);
}

function drawCalls() {
  if (layout.clientHeight === 0) {
    return;
  }
  const ink = [colours['--good'], colours['--pre'], colours['--removed']];
  for (const client of clients) {
    const list = calls.get(client);
    const y = clientTop(client);
    let last = -1;
    for (let k = Math.max(0, lastUpTo(list, view.begin, (call) => call.at)); k < list.length; ++k) {
      const call = list[k];
      const x = cutX(call.at);
      const end = cutX(Math.min(call.end, ending));
      if (call.at > view.end) {
        break;
      }
      if (call.end < view.begin || end < last + 0.6) {
        continue;
      }
      last = Math.max(end, x + 1);
      ++drawn.calls;
      pen.fillStyle = ink[call.outcome] || colours['--accent'];
      pen.fillRect(x, y + 1, Math.max(end - x - 0.5, 1), Math.max(1, layout.clientHeight - 2));
    }
  }
}

