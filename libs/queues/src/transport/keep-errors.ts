import { BaseRpcExceptionFilter } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';

/**
 * Nest replaces what a handler throws by "Internal server error". The transport settles messages by
 * the kind of the error, so applications use this filter: `useGlobalFilters(new KeepErrors())`.
 */
export class KeepErrors extends BaseRpcExceptionFilter {
  override catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
