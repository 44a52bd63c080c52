import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { toModelError } from './bedrock-errors.ts';
import { FrameError } from './frame-decoder.ts';

const vendorError = (name: string, members: object = {}) => Object.assign(new Error('the prompt was: secret'), { name, ...members });
const withCode = (code: string) => Object.assign(new Error('connect'), { code });

describe('an error of Bedrock', () => {
  it.each([
    ['ThrottlingException', 'rate-limited', 'bedrock.throttled'],
    ['ServiceQuotaExceededException', 'rate-limited', 'bedrock.throttled'],
    ['ServiceUnavailableException', 'unavailable', 'bedrock.unavailable'],
    ['InternalServerException', 'unavailable', 'bedrock.unavailable'],
    ['ModelNotReadyException', 'unavailable', 'bedrock.unavailable'],
    ['CredentialsProviderError', 'unavailable', 'bedrock.unavailable'],
    ['ModelTimeoutException', 'timed-out', 'bedrock.model-timeout'],
    ['TimeoutError', 'timed-out', 'bedrock.model-timeout'],
    ['ModelErrorException', 'unavailable', 'bedrock.model-error'],
    ['ModelStreamErrorException', 'unavailable', 'bedrock.model-error'],
    ['ValidationException', 'invalid', 'bedrock.invalid-request'],
    ['AccessDeniedException', 'bug', 'bedrock.access-denied'],
    ['ExpiredTokenException', 'bug', 'bedrock.access-denied'],
    ['ResourceNotFoundException', 'bug', 'bedrock.not-found'],
    ['AbortError', 'cancelled', 'bedrock.cancelled'],
    ['SomethingNobodyKnows', 'bug', 'bedrock.unexpected'],
  ])('called %s is %s, %s, in an HTTP answer as in a stream', (name, kind, code) => {
    const inStreamName = name.charAt(0).toLowerCase() + name.slice(1);

    expect(toModelError(vendorError(name))).toMatchObject({ kind, code });
    expect(toModelError(vendorError(inStreamName), { inStream: true })).toMatchObject({ kind, code });
  });

  it('that says the model has reached its end of life is bedrock.retired', () => {
    const error = Object.assign(new Error('This model version has reached the end of its life.'), { name: 'ResourceNotFoundException' });

    expect(toModelError(error)).toMatchObject({ kind: 'unavailable', code: 'bedrock.retired' });
  });

  it.each(['prompt is too long: 200001 tokens > 200000 maximum', 'Input is too long for requested model.'])('that says "%s" is bedrock.prompt-too-long', (message) => {
    expect(toModelError(Object.assign(new Error(message), { name: 'ValidationException' }))).toMatchObject({ kind: 'invalid', code: 'bedrock.prompt-too-long' });
  });

  it.each([
    [400, 'bedrock.invalid-request'],
    [401, 'bedrock.access-denied'],
    [403, 'bedrock.access-denied'],
    [404, 'bedrock.not-found'],
    [408, 'bedrock.model-timeout'],
    [424, 'bedrock.model-error'],
    [429, 'bedrock.throttled'],
    [500, 'bedrock.unavailable'],
    [529, 'bedrock.unavailable'],
  ])('of an unknown name goes by its status: %d is %s', (httpStatusCode, code) => {
    expect(toModelError(vendorError('NewException', { $metadata: { httpStatusCode } })).code).toBe(code);
  });

  it("of an unknown name in a stream is the model's failure, not our bug", () => {
    expect(toModelError(vendorError('brandNewException'), { inStream: true }).code).toBe('bedrock.model-error');
    expect(toModelError(new TypeError('ours'), { inStream: true }).code).toBe('bedrock.unexpected');
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT'])(
    'of the connection (%s) is unavailable before the answer and a cut within it',
    (code) => {
      expect(toModelError(withCode(code)).code).toBe('bedrock.unavailable');
      expect(toModelError(withCode(code), { inStream: true }).code).toBe('bedrock.stream-cut');
    },
  );

  it('in the framing is a cut', () => {
    expect(toModelError(new FrameError('the stream ended inside a frame'), { inStream: true }).code).toBe('bedrock.stream-cut');
  });

  it('keeps its cause and never shows its text', () => {
    const cause = vendorError('ValidationException');

    const error = toModelError(cause);

    expect(error.cause).toBe(cause);
    expect(JSON.stringify([error.message, error.details, error.problems])).not.toContain('secret');
  });

  it('says when to come back, from either header', () => {
    const throttled = (headers: object) => toModelError(vendorError('ThrottlingException', { $response: { headers } })).retryAfterMs;

    expect(throttled({ 'retry-after': '2' })).toBe(2_000);
    expect(throttled({ 'x-amz-retry-after': '1500' })).toBe(1_500);
    expect(throttled({ 'retry-after': 'soon' })).toBeUndefined();
    expect(throttled({})).toBeUndefined();
  });

  it('that is ours already stays as it is', () => {
    const ours = new AppError('unavailable', 'bedrock.stream-cut', 'x');

    expect(toModelError(ours)).toBe(ours);
  });

  it.each([null, undefined, 'text', 42])('that is %p is a bug', (thrown) => {
    expect(toModelError(thrown)).toMatchObject({ kind: 'bug', code: 'bedrock.unexpected', cause: thrown });
  });
});

describe('an error after the signal fired', () => {
  const after = (reason: unknown) => toModelError(withCode('ECONNRESET'), { signal: AbortSignal.abort(reason), inStream: true });

  it('is what the signal says, not what the socket says', () => {
    expect(after(new DOMException('', 'AbortError'))).toMatchObject({ kind: 'cancelled', code: 'bedrock.cancelled' });
    expect(after('any reason')).toMatchObject({ kind: 'cancelled', code: 'bedrock.cancelled' });
    expect(after(new DOMException('', 'TimeoutError'))).toMatchObject({ kind: 'timed-out', code: 'bedrock.deadline' });
    expect(after(new AppError('timed-out', 'request.timed-out', ''))).toMatchObject({ kind: 'timed-out', code: 'bedrock.deadline' });
  });

  it('is our own error when a watchdog of ours fired it', () => {
    const late = new AppError('timed-out', 'bedrock.stalled', '');

    expect(after(late)).toBe(late);
  });
});
