// The public API of this server: what a booking page asks and tells. Nothing else is asked.

export interface Config {
  token: string;
  form: number | null;
  location: number;
  /** Who offers. */
  title: string;
  appointment?: { id: number; hash: string; page: string };
}

export type StepName = 'company' | 'service' | 'master' | 'datetime' | 'contact' | 'confirm';
export type Ask = 'hidden' | 'optional' | 'required';

export interface AskedField {
  entity: 'client' | 'record';
  code: string;
  title: string;
  type: 'number' | 'text' | 'list' | 'date' | 'datetime';
  values: string[];
  is_required: boolean;
}

export interface FormConfig {
  id: number;
  steps: { step: StepName; title: string; num: number; hidden: boolean; default?: number }[];
  style: { main_color: string; logo: string; header_background: string };
  group_id: number;
  company_id: number;
  phone_confirmation: boolean;
  lang: string;
  is_lang_fixed: boolean;
  langs: { id: number; code: string; title: string }[];
  is_show_privacy_policy: boolean;
  specialization_display_mode: number;
  record_type_id: number | null;
  is_any_master_allowed: boolean;
  activity_seats_max: number;
  booking_horizon: number;
  client_fields: Record<'name' | 'phone' | 'email' | 'surname' | 'patronymic' | 'comment', Ask> & {
    custom_fields: AskedField[];
  };
}

export interface Company {
  id: number;
  title: string;
  public_title?: string;
  address: string;
  logo?: string;
  short_descr?: string;
  phones?: string[];
  phone?: string;
  timezone_name: string;
  currency_short_title?: string;
}

export interface Service {
  id: number;
  title: string;
  category_id: number;
  price_min: number;
  price_max: number;
  comment: string;
  seance_length?: number;
}

export interface Services {
  services: Service[];
  category: { id: number; title: string }[];
}

export interface Member {
  id: number;
  name: string;
  bookable: boolean;
  specialization: string;
  position: { title: string } | unknown[];
  rating: number;
  show_rating: number;
  votes_count: number;
  avatar: string;
  seance_date?: string;
}

export interface Slot {
  time: string;
  sum_length: number;
  datetime: string;
}

export interface ClassEvent {
  id: number;
  date: string;
  timestamp: number;
  length: number;
  capacity: number;
  records_count: number;
  instructions: string;
  service: { title: string; price_min: number; price_max: number } | null;
  staff: { id: number; name: string } | null;
}

export interface Booked {
  id: number;
  services: { id: number; title: string; cost: number }[];
  company: Company & {
    allow_delete_record: boolean;
    allow_change_record: boolean;
    allow_change_record_delay_step: number;
    allow_delete_record_delay_step: number;
  };
  staff: { id: number; name: string; specialization: string; avatar: string } | null;
  clients_count: number;
  datetime: string;
  length: number;
  deleted: boolean;
  activity_id: number;
}

interface Complaint {
  code?: number;
  field?: string;
  message?: string;
}

/** A refusal, with the codes and fields that say why. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly complaints: Complaint[],
  ) {
    super(message);
  }

  has(...codes: number[]): boolean {
    return this.complaints.some(({ code }) => code !== undefined && codes.includes(code));
  }
}

const config = JSON.parse(document.getElementById('config')?.textContent ?? '{}') as Config;
let language = 'en';

export function start(): Config {
  return config;
}

/** In which language the server is to explain itself. */
export function speak(code: string): void {
  language = code;
}

type Query = Record<string, string | number | undefined | (string | number)[]>;

function address(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) value.forEach((one) => search.append(`${name}[]`, String(one)));
    else if (value !== undefined) search.append(name, String(value));
  }
  const text = search.toString();
  return `/api/v1${path}${text ? `?${text}` : ''}`;
}

async function refusal(response: Response): Promise<Refusal> {
  const body: unknown = await response.json().catch(() => null);
  const meta = ((body as { meta?: unknown } | null)?.meta ?? {}) as { message?: string; errors?: unknown };
  const errors = meta.errors;
  let complaints: Complaint[] = [];
  if (Array.isArray(errors)) complaints = errors as Complaint[];
  else if (errors && typeof errors === 'object') {
    const texts = (value: unknown) => (Array.isArray(value) ? value.join(' ') : String(value));
    complaints = Object.entries(errors).map(([field, value]) => ({ field, message: texts(value) }));
  }
  return new Refusal(response.status, meta.message ?? response.statusText, complaints);
}

async function ask(method: string, path: string, query: Query, body?: unknown): Promise<unknown> {
  const headers: Record<string, string> = { Authorization: `Bearer ${config.token}`, 'Accept-Language': language };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const sent: RequestInit = { method, headers, credentials: 'omit', cache: 'no-store' };
  if (body !== undefined) sent.body = JSON.stringify(body);
  let response = await fetch(address(path, query), sent);
  if (response.status === 429 && method === 'GET') {
    // Too quick: what only looks may simply be asked again.
    const wait = Math.min(Number(response.headers.get('Retry-After')) || 1, 10);
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    response = await fetch(address(path, query), sent);
  }
  if (!response.ok) throw await refusal(response);
  return response.status === 204 ? null : response.json().catch(() => null);
}

async function data<T>(method: string, path: string, query: Query = {}, body?: unknown): Promise<T> {
  return ((await ask(method, path, query, body)) as { data: T }).data;
}

export const api = {
  form: (id: number, company?: number) => data<FormConfig>('GET', `/bookform/${id}`, { company_id: company }),
  company: async (id: number) => {
    const [found] = await data<Company[]>('GET', '/companies', { id });
    if (!found) throw new Refusal(404, 'Not found', []);
    return found;
  },
  companies: (chain: number) => data<Company[]>('GET', '/companies', { group_id: chain, active: 1, count: 200 }),
  policy: async (id: number) => (await data<{ agreement: { content: string } }>('GET', `/privacy_policy/${id}`)).agreement.content,
  services: (id: number, query: { staff_id?: number; datetime?: string }) => data<Services>('GET', `/book_services/${id}`, query),
  team: (id: number, query: { service_ids: number[]; datetime?: string }) => data<Member[]>('GET', `/book_staff/${id}`, query),
  dates: async (id: number, query: { staff_id: number; service_ids: number[]; date_from: string; date_to: string }) =>
    (await data<{ booking_dates: string[] }>('GET', `/book_dates/${id}`, query)).booking_dates,
  times: (id: number, member: number, day: string, services: number[]) =>
    data<Slot[]>('GET', `/book_times/${id}/${member}/${day}`, { service_ids: services }),
  classes: (id: number, query: { from: string; till: string; page: number; count: number }) =>
    data<ClassEvent[]>('GET', `/activity/${id}/search`, query),
  /** Holds a time for some minutes; gives the secret of the hold. */
  hold: async (id: number, item: BookItem, release: string | null) => {
    const body = { appointments: [item], hold: true, release };
    const answer = (await ask('POST', `/book_check/${id}`, {}, body)) as { meta: { hold?: { token: string } } };
    return answer.meta.hold?.token ?? null;
  },
  release: (id: number, hold: string) => ask('POST', `/book_check/${id}`, {}, { release: hold }),
  code: (id: number, contact: { phone?: string; email?: string }, fullname: string) => ask('POST', `/book_code/${id}`, {}, { ...contact, fullname }),
  book: (id: number, order: object) => data<{ record_id: number; record_hash: string }[]>('POST', `/book_record/${id}`, {}, order),
  enter: (id: number, event: number, order: object) => data<{ id: number; hash: string }>('POST', `/activity/${id}/${event}/book`, {}, order),
  booked: (location: number, id: number, hash: string) => ask('GET', `/book_record/${location}/${id}/${hash}`, {}) as Promise<Booked>,
  move: (location: number, id: number, hash: string, datetime: string) =>
    data<Booked>('PUT', `/book_record/${location}/${id}`, {}, { datetime, record_hash: hash }),
  cancel: (id: number, hash: string) => ask('DELETE', `/user/records/${id}/${hash}`, {}),
};

export interface BookItem {
  id: number;
  services: number[];
  staff_id: number;
  datetime: string;
  custom_fields?: Record<string, string>;
}
