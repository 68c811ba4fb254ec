// Choosing a day in a month, of those that are free, and a time of it.
import { type Slot, api } from './api';
import { announce, h } from './dom';
import { clock, firstWeekday, longDay, month, plusDays, today, weekdays } from './format';
import { t } from './texts';

export interface Wish {
  location: number;
  place: string;
  zone: string;
  horizon: number;
  services: number[];
  /** 0 for anybody. */
  member: number;
  /** The day to begin with, if it is free. */
  day: string | null;
  pick: (slot: Slot) => void;
}

/** Puts the choice together; it lives on its own from then on. */
export async function picker(wish: Wish): Promise<HTMLElement> {
  const first = today(wish.zone);
  const query = { staff_id: wish.member, service_ids: wish.services, date_from: first, date_to: plusDays(first, wish.horizon) };
  const free = await api.dates(wish.location, query);
  if (free.length === 0) return h('p', { class: 'empty' }, t('noDates'));
  const begin = wish.day !== null && free.includes(wish.day) ? wish.day : (free[0] ?? first);
  const days = h('div', { class: 'days' });
  const times = h('section', { class: 'times', 'aria-live': 'polite' });
  const state = { chosen: begin, shown: begin.slice(0, 7), asked: 0 };
  const months = [first.slice(0, 7), (free.at(-1) ?? first).slice(0, 7)] as const;

  const draw = (focus?: string) => {
    days.replaceChildren(...calendar(state.shown, months, Number(first.slice(8)), new Set(free), state.chosen, choose, show));
    if (focus) days.querySelector<HTMLElement>(focus)?.focus();
  };
  const show = (next: string, focus: string) => {
    state.shown = next;
    draw(focus);
    announce(month(Number(next.slice(0, 4)), Number(next.slice(5)) - 1));
  };
  const choose = (day: string) => {
    state.chosen = day;
    draw(`[data-day="${day}"]`);
    void load();
  };
  const load = async () => {
    const asked = ++state.asked;
    times.setAttribute('aria-busy', 'true');
    const slots = await api.times(wish.location, wish.member, state.chosen, wish.services).catch(() => null);
    // Another day was chosen meanwhile.
    if (asked !== state.asked) return;
    times.removeAttribute('aria-busy');
    times.replaceChildren(...(slots ? offered(state.chosen, slots, wish.pick) : [h('p', { class: 'empty' }, t('offline'))]));
  };

  draw();
  await load();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const other = own !== wish.zone && h('p', { class: 'hint' }, t('zone', { place: wish.place, zone: wish.zone.replaceAll('_', ' ') }));
  return h('div', { class: 'picker' }, days, h('div', {}, times, other));
}

function calendar(
  shown: string,
  [earliest, latest]: readonly [string, string],
  begin: number,
  free: Set<string>,
  chosen: string,
  choose: (day: string) => void,
  show: (month: string, focus: string) => void,
): HTMLElement[] {
  const [year, index] = [Number(shown.slice(0, 4)), Number(shown.slice(5)) - 1];
  const title = month(year, index);
  const step = (by: number) => new Date(Date.UTC(year, index + by, 1)).toISOString().slice(0, 7);
  const turn = (by: number, name: string, sign: string, css: string, possible: boolean) =>
    h('button', { type: 'button', class: `turn ${css}`, 'aria-label': name, disabled: !possible, on: { click: () => show(step(by), `.${css}:enabled, .turn:enabled`) } }, sign);
  const length = new Date(Date.UTC(year, index + 1, 0)).getUTCDate();
  const blank = (new Date(Date.UTC(year, index, 1)).getUTCDay() - firstWeekday() + 7) % 7;
  const cells: HTMLElement[] = Array.from({ length: blank }, () => h('td'));
  for (let day = 1; day <= length; day++) {
    const date = `${shown}-${String(day).padStart(2, '0')}`;
    const isFree = free.has(date);
    const text = longDay(date);
    cells.push(h('td', {}, isFree
      ? h('button', { type: 'button', class: 'day', 'data-day': date, 'aria-label': t('freeDay', { day: text }), 'aria-pressed': String(date === chosen), on: { click: () => choose(date), keydown: walk } }, day)
      : h('span', { class: 'day' }, h('span', { 'aria-hidden': 'true' }, day), h('span', { class: 'unseen' }, t('fullDay', { day: text })))));
  }
  while (cells.length % 7) cells.push(h('td'));
  // Weeks that are over are left out: what matters comes higher on a small screen.
  const over = shown === earliest ? Math.floor((blank + begin - 1) / 7) : 0;
  const rows = Array.from({ length: cells.length / 7 }, (_, at) => h('tr', {}, ...cells.slice(at * 7, at * 7 + 7))).slice(over);
  const head = weekdays().map(({ long, short }) => h('th', { scope: 'col', abbr: long }, short));
  return [
    h('div', { class: 'month' },
      turn(-1, t('monthBefore'), '‹', 'before', shown > earliest),
      h('h2', { id: 'month' }, title),
      turn(1, t('monthAfter'), '›', 'after', shown < latest)),
    h('table', { class: 'calendar', 'aria-labelledby': 'month' }, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows)),
  ];
}

/** Arrows lead from one free day to the next. */
function walk(event: KeyboardEvent): void {
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7 }[event.key];
  if (by === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  const wanted = plusDays(event.currentTarget.dataset['day'] ?? '', by);
  const all = [...document.querySelectorAll<HTMLElement>('button.day')];
  const after = all.filter((day) => (day.dataset['day'] ?? '') >= wanted)[0];
  const before = all.filter((day) => (day.dataset['day'] ?? '') <= wanted).at(-1);
  (by > 0 ? after : before)?.focus();
  event.preventDefault();
}

function offered(day: string, slots: Slot[], pick: (slot: Slot) => void): HTMLElement[] {
  const title = h('h2', {}, t('timesOn', { day: longDay(day) }));
  if (slots.length === 0) return [title, h('p', { class: 'empty' }, t('noTimes'))];
  const hour = (slot: Slot) => Number(slot.datetime.slice(11, 13));
  const parts = [
    { name: t('morning'), slots: slots.filter((slot) => hour(slot) < 12) },
    { name: t('afternoon'), slots: slots.filter((slot) => hour(slot) >= 12 && hour(slot) < 17) },
    { name: t('evening'), slots: slots.filter((slot) => hour(slot) >= 17) },
  ];
  const button = (slot: Slot) =>
    h('li', {}, h('button', { type: 'button', class: 'time', 'data-time': slot.datetime, on: { click: () => pick(slot) } }, clock(slot.datetime.slice(11, 16))));
  const part = ({ name, slots: of }: (typeof parts)[number]) => [h('h3', {}, name), h('ul', {}, ...of.map(button))];
  return [title, ...parts.filter(({ slots: of }) => of.length > 0).flatMap(part)];
}
