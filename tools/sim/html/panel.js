// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Beside the picture: the selected event, how every server stood then, and the list of events.

const rowHeight = 20;
const list = document.getElementById('list');
const rows = list.querySelector('.rows');

// An element; what is put into it is text, never markup.
function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

function goToButton(i, words) {
  const button = element('button', 'other', words);
  button.title = 'The other end of the message (o)';
  button.addEventListener('click', () => pick(i));
  return button;
}

function messageNotes(i) {
  const other = otherEnd(i);
  if (isSend(i)) {
    if (other < 0) {
      return [element('p', 'wrong', isLostOrAgain(i) ? 'Lost by a fault of the network.'
        : 'Never arrived: its connection ended, or the run did.')];
    }
    return [element('p', 'soft', `Arrived ${durationText(times[other] - times[i])} later.`),
      goToButton(other, 'Its receipt')];
  }
  if (other < 0) {
    return [element('p', 'soft', 'Sent before the first event that is kept.')];
  }
  return [element('p', 'soft', (isLostOrAgain(i) ? 'Not for the first time. ' : '') +
    `Sent ${durationText(times[i] - times[other])} before.`), goToButton(other, 'Its sending')];
}

function showEvent() {
  const box = document.getElementById('event');
  const i = view.picked;
  if (i < 0) {
    box.replaceChildren(element('p', 'soft', 'No event is selected: j and k step through them.'));
    return;
  }
  const name = kindNames[kinds[i]];
  const number = element('small', '', `event ${(run.dropped + i + 1).toLocaleString('en')}`);
  const title = element('h2', name === 'violation' ? 'wrong' : '', `${place(servers[i])}: `,
    name.replace('_', ' '), number);
  const parts = [title, element('p', 'soft', timeText(times[i], 1))];
  if (i === violationAt) {
    parts.push(element('p', 'wrong', run.violation.check), element('p', '', run.violation.text));
  } else {
    parts.push(element('p', '', describe(i)));
  }
  if (isFrame(i)) {
    parts.push(...messageNotes(i));
  }
  box.replaceChildren(...parts);
}

function roleCell(state) {
  const role = roleOf(state);
  const chip = element('span', roleColours[role] ? 'role' : 'role down', role);
  chip.style.setProperty('--c', roleColours[role] ? `var(${roleColours[role]})` : 'none');
  return element('td', '', chip);
}

function stateRows(server) {
  const state = stateAfter(server, view.picked);
  const dash = (value) => (state.up ? String(value) : '·');
  const row = element('tr', servers[view.picked] === server ? 'here' : '', element('td', '', String(server)),
    roleCell(state), element('td', '', dash(state.term)), element('td', '', dash(state.leader || '–')),
    element('td', '', dash(state.last)), element('td', '', dash(state.durable)),
    element('td', '', dash(state.commit)), element('td', '', dash(state.applied)));
  row.dataset.server = server;
  const troubles = troublesOf(state);
  if (troubles.length === 0) {
    return [row];
  }
  const note = element('td', 'note', troubles.join('; '));
  note.colSpan = 8;
  return [row, element('tr', '', note)];
}

function showStates() {
  const head = element('tr', '');
  for (const words of ['', 'role', 'term', 'leader', 'last', 'durable', 'commit', 'applied']) {
    head.append(element('th', '', words));
  }
  const table = element('table', '', head);
  for (let server = 1; server <= lanes; ++server) {
    table.append(...stateRows(server));
  }
  document.getElementById('states').replaceChildren(table);
}

function listRow(k) {
  const i = steps[k];
  const mark = element('u', '');
  mark.style.setProperty('--c', `var(${groups[groupOf[i]].colour})`);
  const row = element('div', 'row', element('b', '', (times[i] / 1e6).toFixed(3)),
    element('i', '', servers[i] === 0 ? '·' : String(servers[i])), mark, element('span', '', describe(i)));
  row.classList.toggle('picked', i === view.picked);
  row.classList.toggle('wrong', i === violationAt);
  row.style.top = `${k * rowHeight}px`;
  row.dataset.event = i;
  row.title = describe(i);
  return row;
}

// Only the rows that can be seen are there.
function showRows() {
  const first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - 5);
  const many = Math.ceil(list.clientHeight / rowHeight) + 10;
  const made = [];
  for (let k = first; k < Math.min(first + many, steps.length); ++k) {
    made.push(listRow(k));
  }
  rows.replaceChildren(...made);
}

function scrollToPicked() {
  const at = Math.min(stepFrom(view.picked), Math.max(0, steps.length - 1)) * rowHeight;
  if (at < list.scrollTop + rowHeight || at > list.scrollTop + list.clientHeight - 2 * rowHeight) {
    list.scrollTop = at - list.clientHeight / 2;
  }
}

listeners.push((what) => {
  if (what === 'range') {
    return;
  }
  rows.style.height = `${steps.length * rowHeight}px`;
  if (what === 'picked') {
    showEvent();
    showStates();
  } else {
    const found = document.getElementById('found');
    found.textContent = view.search ? `${steps.length.toLocaleString('en')} found` : '';
  }
  scrollToPicked();
  showRows();
});

list.addEventListener('scroll', showRows);
rows.addEventListener('click', (event) => {
  const row = event.target.closest('.row');
  if (row) {
    pick(Number(row.dataset.event));
  }
});

