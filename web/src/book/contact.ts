// The client's details, the code where the location wants one, and the booking itself.
import { type AskedField, type BookItem, Refusal, api } from './api';
import { alertBox, announce, h } from './dom';
import type { Flow, View } from './flow';
import { lines } from './summary';
import { steps } from './state';
import { t } from './texts';

interface Field {
  name: string;
  label: string;
  isRequired: boolean;
  hint?: string;
  input: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
}

/** The last step before the result. */
export async function contact(flow: Flow): Promise<View> {
  const { choice, form } = flow;
  const policy = form.is_show_privacy_policy ? await api.policy(choice.company.id) : '';
  if (!choice.event && !choice.hold) {
    const held = await hold(flow);
    if (held) return held;
  }
  return details(flow, policy);
}

/** Holds the time while the client types; leads back to the times when it is taken. */
async function hold(flow: Flow): Promise<HTMLElement | null> {
  try {
    flow.choice.hold = await api.hold(flow.choice.company.id, item(flow), null);
  } catch (error) {
    // Without a hold it can be booked all the same, unless it is taken.
    if (error instanceof Refusal && error.status === 422) {
      refused(flow, error);
      return h('p', { class: 'hint' }, t('busy'));
    }
  }
  return null;
}

function item({ choice }: Flow): BookItem {
  return {
    id: 1,
    services: choice.services.map(({ id }) => id),
    staff_id: choice.member?.id ?? 0,
    datetime: choice.slot?.datetime ?? '',
  };
}

function details(flow: Flow, policy: string): HTMLElement {
  const { choice, form } = flow;
  const fields = inputs(flow);
  const message = h('div', { id: 'message' });
  const agree = h('input', { type: 'checkbox', id: 'agree', name: 'agree', checked: choice.agreed, 'aria-describedby': 'agree-error' });
  const agreeError = h('p', { class: 'error', id: 'agree-error' });
  const button = h('button', { type: 'submit', class: 'main' }, form.phone_confirmation ? t('getCode') : t('book'));
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    message.replaceChildren();
    const wrong = check(fields);
    agreeError.textContent = policy && !agree.checked ? t('agreeFirst') : '';
    agree.toggleAttribute('aria-invalid', agreeError.textContent !== '');
    const first = wrong ?? (agreeError.textContent ? agree : null);
    if (first) {
      first.focus();
      announce(describe(first));
      return;
    }
    choice.agreed = agree.checked;
    button.disabled = true;
    const text = button.textContent;
    button.textContent = t('busy');
    try {
      if (form.phone_confirmation) await askForCode(flow, message);
      else await book(flow, '');
    } catch (error) {
      explain(flow, error, fields, message);
    } finally {
      button.disabled = false;
      button.textContent = text;
    }
  };
  return h('form', { class: 'details', novalidate: true, on: { submit: (event) => void submit(event) } },
    choice.event && seats(flow),
    ...fields.map(shown),
    policy && h('section', { class: 'policy', 'aria-labelledby': 'policy' },
      h('h2', { id: 'policy' }, t('policy')),
      h('div', { class: 'text', tabindex: 0, role: 'group', 'aria-labelledby': 'policy' }, policy),
      h('label', { class: 'check', for: 'agree' }, agree, ' ', t('agree')), agreeError),
    message,
    !choice.event && choice.hold && h('p', { class: 'hint' }, t('held')),
    h('div', { class: 'bottom' }, button));
}

function seats({ choice, form }: Flow): HTMLElement | null {
  const left = (choice.event?.capacity ?? 1) - (choice.event?.records_count ?? 0);
  const most = Math.max(1, Math.min(left, form.activity_seats_max));
  choice.seats = Math.min(choice.seats, most);
  if (most === 1) return null;
  const options = Array.from({ length: most }, (_, at) => h('option', { value: at + 1, selected: at + 1 === choice.seats }, at + 1));
  const select = h('select', { id: 'seats', on: { change: () => (choice.seats = Number(select.value)) } }, ...options);
  return h('div', { class: 'field' }, h('label', { for: 'seats' }, t('seats')), select);
}

function inputs({ choice, form }: Flow): Field[] {
  const asked = form.client_fields;
  const known = [
    { name: 'name', autocomplete: 'given-name', type: 'text' },
    { name: 'patronymic', autocomplete: 'additional-name', type: 'text' },
    { name: 'surname', autocomplete: 'family-name', type: 'text' },
    { name: 'phone', autocomplete: 'tel', type: 'tel' },
    { name: 'email', autocomplete: 'email', type: 'email' },
  ] as const;
  const remember = (name: string, input: Field['input']) => {
    input.value = choice.typed.get(name) ?? '';
    input.addEventListener('input', () => choice.typed.set(name, input.value));
    return input;
  };
  const fields: Field[] = known
    .filter(({ name }) => asked[name] !== 'hidden')
    .map(({ name, autocomplete, type }) => ({
      name,
      label: t(name),
      isRequired: asked[name] === 'required' || (name === 'phone' && form.phone_confirmation && asked.email === 'hidden'),
      ...(name === 'phone' ? { hint: t('phoneHint') } : {}),
      input: remember(name, h('input', { id: name, name, type, autocomplete, maxlength: 255 })),
    }));
  if (!choice.event) {
    for (const field of asked.custom_fields) {
      const name = `custom_${field.code}`;
      fields.push({ name, label: field.title, isRequired: field.is_required, input: remember(name, custom(name, field)) });
    }
  }
  if (asked.comment !== 'hidden') {
    const area = h('textarea', { id: 'comment', name: 'comment', rows: 3, maxlength: 2000 });
    fields.push({ name: 'comment', label: t('comment'), isRequired: asked.comment === 'required', input: remember('comment', area) });
  }
  return fields;
}

function custom(name: string, field: AskedField): Field['input'] {
  if (field.type === 'list') {
    return h('select', { id: name, name }, h('option', { value: '' }, t('choose')), ...field.values.map((value) => h('option', { value }, value)));
  }
  const type = { number: 'number', text: 'text', date: 'date', datetime: 'datetime-local' }[field.type];
  return h('input', { id: name, name, type, maxlength: 255, ...(field.type === 'number' ? { step: 'any' } : {}) });
}

function shown({ name, label, isRequired, hint, input }: Field): HTMLElement {
  if (isRequired) input.setAttribute('aria-required', 'true');
  input.setAttribute('aria-describedby', [hint && `${name}-hint`, `${name}-error`].filter(Boolean).join(' '));
  return h('div', { class: 'field' },
    h('label', { for: name }, label, !isRequired && h('span', { class: 'hint' }, ` (${t('optional')})`)),
    input,
    hint && h('p', { class: 'hint', id: `${name}-hint` }, hint),
    h('p', { class: 'error', id: `${name}-error` }));
}

/** Says what is wrong at each field; gives the first. */
function check(fields: Field[]): Field['input'] | null {
  const wrong = fields.filter((field) => {
    const text = field.input.value.trim();
    let fault = field.isRequired && text === '' ? t('required') : '';
    if (field.name === 'phone' && text && text.replaceAll(/\D/g, '').length < 5) fault = t('badPhone');
    if (field.name === 'email' && text && !/^\S+@\S+\.\S+$/.test(text)) fault = t('badEmail');
    complain(field, fault);
    return fault !== '';
  });
  return wrong[0]?.input ?? null;
}

function complain({ name, input }: Field, fault: string): void {
  const place = document.getElementById(`${name}-error`);
  if (place) place.textContent = fault;
  if (fault) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

function describe(input: HTMLElement): string {
  return document.getElementById(`${input.id}-error`)?.textContent ?? '';
}

/** Where a code goes: to the phone, without one to the e-mail address. */
function reached({ choice }: Flow): { phone?: string; email?: string } {
  const typed = (name: string) => choice.typed.get(name)?.trim() ?? '';
  const [phone, email] = [typed('phone'), typed('email')];
  return phone || !email ? { phone } : { email };
}

/** Has a code sent and asks for it. */
async function askForCode(flow: Flow, message: HTMLElement): Promise<void> {
  const contact = reached(flow);
  try {
    await api.code(flow.choice.company.id, contact, flow.choice.typed.get('name') ?? '');
  } catch (error) {
    if (error instanceof Refusal && error.has(431)) throw error;
    const why = error instanceof Refusal ? error.message : t('offline');
    message.replaceChildren(alertBox(t('noCode', { why })));
    return;
  }
  codeForm(flow, contact);
}

/** The code in place of the details. */
function codeForm(flow: Flow, contact: { phone?: string; email?: string }): void {
  const to = contact.phone || contact.email || '';
  const message = h('div', {});
  const input = h('input', { id: 'code', name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 10, 'aria-describedby': 'code-hint' });
  const button = h('button', { type: 'submit', class: 'main' }, t('book'));
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const code = input.value.trim();
    if (code === '') {
      input.focus();
      message.replaceChildren(alertBox(t('required')));
      return;
    }
    button.disabled = true;
    try {
      await book(flow, code);
    } catch (error) {
      if (error instanceof Refusal && error.has(432)) {
        message.replaceChildren(alertBox(t('codeWrong')));
        input.setAttribute('aria-invalid', 'true');
        input.select();
        input.focus();
      } else explain(flow, error, [], message);
    } finally {
      button.disabled = false;
    }
  };
  const again = async () => {
    try {
      await api.code(flow.choice.company.id, contact, flow.choice.typed.get('name') ?? '');
      message.replaceChildren();
      announce(t('codeSent', { to }));
      input.value = '';
      input.removeAttribute('aria-invalid');
      input.focus();
    } catch (error) {
      message.replaceChildren(alertBox(t('noCode', { why: error instanceof Refusal ? error.message : t('offline') })));
    }
  };
  const heading = h('h2', { tabindex: -1 }, t('enterCode'));
  document.querySelector('form.details')?.replaceWith(
    h('form', { class: 'details code', novalidate: true, on: { submit: (event) => void submit(event) } },
      heading,
      h('p', { id: 'code-hint' }, t('codeSent', { to })),
      h('div', { class: 'field' }, h('label', { for: 'code' }, t('code')), input),
      message,
      h('div', { class: 'bottom' }, h('button', { type: 'button', class: 'plain', on: { click: () => void again() } }, t('newCode')), button)));
  heading.focus();
}

/** What the client typed, as the API wants it. */
function person({ choice, form }: Flow, code: string): Record<string, unknown> {
  const typed = (name: string) => choice.typed.get(name)?.trim() ?? '';
  return {
    phone: typed('phone'),
    fullname: typed('name'),
    surname: typed('surname'),
    patronymic: typed('patronymic'),
    email: typed('email'),
    comment: typed('comment'),
    code,
    type: matchMedia('(pointer: coarse)').matches ? 'mobile' : 'desktop',
    bookform_id: form.id,
    referrer: document.referrer,
    ...(choice.agreed ? { is_personal_data_processing_allowed: true } : {}),
  };
}

/** Books; throws what is refused. */
async function book(flow: Flow, code: string): Promise<void> {
  const { choice, form } = flow;
  const place = choice.company.id;
  const who = person(flow, code);
  if (choice.event) {
    const made = await api.enter(place, choice.event.id, { ...who, clients_count: choice.seats });
    result(flow, made.id, made.hash);
    return;
  }
  const values = form.client_fields.custom_fields
    .map(({ code: name }) => [name, choice.typed.get(`custom_${name}`)?.trim() ?? ''] as const)
    .filter(([, value]) => value !== '');
  const one = { ...item(flow), custom_fields: Object.fromEntries(values) };
  const [made] = await api.book(place, { ...who, hold: choice.hold ?? '', appointments: [one] });
  if (made) result(flow, made.record_id, made.record_hash);
}

/** Leads back to where another choice is to be made. Gives whether that was so. */
function refused(flow: Flow, error: Refusal): boolean {
  const { choice, form } = flow;
  const order = steps(form, choice);
  if (choice.event && (error.has(433, 436, 437) || error.status === 404)) {
    choice.event = null;
    flow.show('service', t('classFull'));
  } else if (error.has(433, 436, 437)) {
    choice.slot = null;
    choice.hold = null;
    flow.show('datetime', t('taken'));
  } else if (error.has(438) && order.includes('service')) {
    choice.services = [];
    choice.hold = null;
    flow.show('service', t('notOffered'));
  } else return false;
  return true;
}

/** Says at the right place why it was refused. */
function explain(flow: Flow, error: unknown, fields: Field[], message: HTMLElement): void {
  if (!(error instanceof Refusal)) {
    console.warn(error);
    message.replaceChildren(alertBox(t('offline')));
    return;
  }
  if (refused(flow, error)) return;
  const names: Record<string, string> = { fullname: 'name' };
  const faults = new Map<string, string>();
  if (error.has(431)) faults.set('phone', t('badPhone'));
  if (error.has(435)) faults.set('name', t('required'));
  for (const { field, message: text } of error.complaints) {
    if (field) faults.set(names[field] ?? field.replace(/^(appointments\.\d+\.)?custom_fields\./, 'custom_'), text ?? error.message);
  }
  const wrong = fields.filter(({ name }) => faults.has(name));
  wrong.forEach((field) => complain(field, faults.get(field.name) ?? ''));
  if (wrong[0]) wrong[0].input.focus();
  else message.replaceChildren(alertBox(t('failed', { why: error.complaints[0]?.message ?? error.message })));
}

/** The appointment is made. */
function result(flow: Flow, id: number, hash: string): void {
  const { choice } = flow;
  choice.hold = null;
  const page = `/a/${choice.company.id}-${id}-${hash}`;
  const facts = lines(flow).map(({ name, text }) => h('div', {}, h('dt', {}, name), h('dd', {}, text)));
  // A location that was chosen has its line already, at the top.
  const address = choice.company.address && h('div', {}, h('dt', {}, choice.isCompanyChosen ? t('address') : t('where')), h('dd', {}, choice.company.address));
  // The client's page does not show in a frame of another site.
  const target = window.top === window.self ? {} : { target: '_blank', rel: 'noopener' };
  flow.finish(t('booked'), h('div', { class: 'result' },
    h('dl', { class: 'facts-list' }, ...facts, address),
    h('p', {}, t('bookedHint')),
    h('p', { class: 'address' }, h('a', { href: page, ...target }, `${location.host}${page}`)),
    h('div', { class: 'actions' },
      h('a', { class: 'main', href: page, ...target }, t('seeIt')),
      h('a', { class: 'plain', href: `${page}/event.ics` }, t('calendar')),
      h('button', { type: 'button', class: 'plain', on: { click: flow.restart } }, t('again')))));
}
