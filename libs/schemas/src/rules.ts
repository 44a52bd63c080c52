import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy, ValidateIf, type ValidationOptions } from 'class-validator';

/** May be left out, or be null, which many clients write for what they do not give: either way it is not there. */
export function Optional(): PropertyDecorator {
  return (target, property) => {
    IsOptional()(target, property);
    Transform(({ value }: { value: unknown }) => value ?? undefined)(target, property);
  };
}

/** May be left out, but not be null: where leaving alone and taking away are two wishes, null would be a third. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_, value: unknown) => value !== undefined);
}

/** A string of `minimum` to `maximum` code points: 𠮷 counts once, as a reader counts. */
export function CodePoints(minimum: number, maximum: number, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'codePoints',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isWithin(value, minimum, maximum),
        defaultMessage: () => `must be text of ${minimum} to ${maximum} characters`,
      },
    },
    options,
  );
}

function isWithin(text: string, minimum: number, maximum: number): boolean {
  // UTF-16 length bounds the code points from above and, halved, from below: huge texts are not walked.
  if (text.length > maximum * 2) return false;
  let count = 0;
  for (const _ of text) if (++count > maximum) return false;
  return count >= minimum;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A real UUID in lower case; 36 dashes are not one. */
export function LowerCaseUuid(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'lowerCaseUuid',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && UUID.test(value),
        defaultMessage: () => 'must be a UUID in lower case',
      },
    },
    options,
  );
}
