import { MAXIMUM_ID, type SupplierFields, supplierFields } from "@express-on-ecs/suppliers-kit/supplier";

/** What is wrong with a field, in words; at most one thing each. */
export type FieldErrors = Readonly<Partial<Record<keyof SupplierFields, string>>>;

/** What is asked of a field: whether a value is right, and what to say when it is not. */
interface Rule {
  readonly holds: (value: string) => boolean;
  readonly message: string;
}

/** Half a character of UTF-16 and the control characters, line breaks among them: nothing that a person means to type. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

const VISIBLE = /[^\p{Z}\p{C}]/u;

/** As browsers check `type="email"` (HTML standard, "valid e-mail address"), and with a dot in the domain. */
const EMAIL = /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)+$/i;

const PHONE_CHARACTERS = /^\+?[\d ()./-]+$/;
const NATIONAL_DIGITS = 10;
const COUNTRY_CODE_DIGITS = 3;

/** Ten digits, and a country code of one to three digits before them, with or without a `+`. */
function isPhone(value: string): boolean {
  const digits = value.replace(/\D/g, "").length;
  const fewest = NATIONAL_DIGITS + (value.startsWith("+") ? 1 : 0);
  return PHONE_CHARACTERS.test(value) && digits >= fewest && digits <= NATIONAL_DIGITS + COUNTRY_CODE_DIGITS;
}

const FORMS: Readonly<Partial<Record<keyof SupplierFields, Rule>>> = {
  email: { holds: (value) => EMAIL.test(value), message: "Email should be an address like name@example.com" },
  phone: { holds: isPhone, message: "Phone number should be 10 digit number plus optional country code" },
};

function rulesOf({ name, label, maximum }: (typeof supplierFields)[number]): readonly Rule[] {
  const form = FORMS[name];
  return [
    { holds: (value) => VISIBLE.test(value), message: `The supplier ${name} is required` },
    { holds: (value) => !UNPRINTABLE.test(value), message: `${label} has characters that can't be printed` },
    // As the database counts: characters, not UTF-16 units.
    { holds: (value) => [...value].length <= maximum, message: `${label} should have ${maximum} characters at most` },
    ...(form ? [form] : []),
  ];
}

const RULES = supplierFields.map((field) => ({ name: field.name, rules: rulesOf(field) }));

/** What people type, without the blanks around it: what is stored, and nothing of it is changed. */
export function trimmed(input: SupplierFields): SupplierFields {
  const { name, address, city, state, email, phone } = input;
  return {
    name: name.trim(),
    address: address.trim(),
    city: city.trim(),
    state: state.trim(),
    email: email.trim(),
    phone: phone.trim(),
  };
}

/** The faults of a supplier, one a field; none when it can be stored. */
export function faultsOf(supplier: SupplierFields): FieldErrors {
  const faults = RULES.flatMap(({ name, rules }) => {
    const broken = rules.find(({ holds }) => !holds(supplier[name]));
    return broken ? [[name, broken.message] as const] : [];
  });
  return Object.fromEntries(faults);
}

/** A whole number of a path or of a form, as the table has them; undefined for anything else. */
export function wholeNumber(text: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= MAXIMUM_ID ? Number(text) : undefined;
}
