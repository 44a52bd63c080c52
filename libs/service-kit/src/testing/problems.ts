import type { ProblemResponse } from '@manga-assist/schemas/rest';

export async function problems(response: Promise<Response>): Promise<ProblemResponse> {
  return (await (await response).json()) as ProblemResponse;
}
