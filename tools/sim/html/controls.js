// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Buttons, chips and keys.

const byId = (id) => document.getElementById(id);
const search = byId('search');
const help = byId('help');

const showOther = () => {
  if (view.picked >= 0 && isFrame(view.picked)) {
    pick(otherEnd(view.picked));
  }
};

const commands = {
  first: () => pick(steps[0] ?? -1),
  back: () => step(false),
  next: () => step(true),
  last: () => pick(steps[steps.length - 1] ?? -1),
  out: () => zoom(1.6),
  in: () => zoom(1 / 1.6),
  fit: showAll,
  election: () => pickNextOf(elections),
  wrong: () => violationAt >= 0 && showViolation(),
  keys: () => help.showModal(),
};

for (const [id, command] of Object.entries(commands)) {
  byId(id).addEventListener('click', command);
}

// Key, what it does, command.
const keys = [
  [['j', 'ArrowDown'], 'next event', commands.next],
  [['k', 'ArrowUp'], 'event before', commands.back],
  [['n'], 'next event of this kind', () => stepAlike(true)],
  [['N'], 'event of this kind before', () => stepAlike(false)],
  [['o'], 'other end of the message', showOther],
  [['e'], 'next leader', commands.election],
  [['v'], 'the violation', commands.wrong],
  [['Home', 'g'], 'first event', commands.first],
  [['End', 'G'], 'last event', commands.last],
  [['+', '='], 'zoom in', commands.in],
  [['-'], 'zoom out', commands.out],
  [['0'], 'the whole run', commands.fit],
  [['ArrowLeft', 'h'], 'move to the left', () => pan(-0.15)],
  [['ArrowRight', 'l'], 'move to the right', () => pan(0.15)],
  [['PageUp'], 'a page to the left', () => pan(-0.9)],
  [['PageDown'], 'a page to the right', () => pan(0.9)],
  [['/'], 'search', () => search.focus()],
  [['?'], 'this help', commands.keys],
];
const keyed = new Map(keys.flatMap(([names, , command]) => names.map((name) => [name, command])));

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open || event.target === search) {
    return;
  }
  const command = keyed.get(event.key);
  if (command) {
    event.preventDefault();
    command();
  }
});

let waiting = 0;
search.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => searchFor(search.value), 120);
});
search.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') {
    clearTimeout(waiting);
    if (view.search !== search.value) {
      searchFor(search.value);
    }
    step(!event.shiftKey);
  } else if (event.key === 'Escape') {
    search.value = '';
    searchFor('');
    timeline.focus();
  }
});

// A button that shows and hides; `shown` is a list, `at` a place in it.
function chip(words, title, colour, shown, at) {
  const button = element('button', '', words);
  if (colour) {
    const line = element('i', '');
    line.style.setProperty('--c', `var(${colour})`);
    button.prepend(line);
  }
  button.title = title;
  const press = () => button.setAttribute('aria-pressed', String(shown[at]));
  button.addEventListener('click', (event) => {
    if (event.shiftKey) {
      // This one alone, or all again.
      const alone = shown[at] && shown.every((is, other) => other === at || other === 0 || !is);
      shown.forEach((_, other) => {
        shown[other] = alone || other === at || (shown === shownServers && other === 0);
      });
    } else {
      shown[at] = !shown[at];
    }
    filter();
  });
  listeners.push((what) => what === 'filter' && press());
  press();
  return button;
}

byId('kinds').append(...groups.map((group, number) => chip(group.name,
  `${group.tells} (with Shift: nothing else)`, group.colour, shownGroups, number)));
byId('servers').append(element('span', 'title', 'servers'));
for (let server = 1; server <= lanes; ++server) {
  byId('servers').append(chip(String(server), `Server ${server} (with Shift: nothing else)`, '',
    shownServers, server));
}

