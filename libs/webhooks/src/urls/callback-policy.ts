import { Networks } from './address-rules.ts';

/** Where webhooks may go beyond `https` to public addresses on port 443. */
export interface CallbackPolicy {
  /** Of public hosts. */
  ports: readonly number[];
  /**
   * For a developer's own machine only: networks (`127.0.0.0/8`) into which webhooks may go as well,
   * by any name or address, on any port, over http too. Empty in production.
   */
  allowedNetworks: readonly string[];
}

export const PUBLIC_ONLY: CallbackPolicy = { ports: [443], allowedNetworks: [] };

/** What is wrong with these networks as a setting, for an app's check of its configuration; `environment` is NODE_ENV. */
export function allowedNetworksProblem(networks: readonly string[], environment: string | undefined): string | undefined {
  if (networks.length > 0 && environment === 'production') return 'must be empty in production: webhooks may go to public addresses only';
  try {
    return void new Networks(networks);
  } catch (error) {
    return (error as Error).message;
  }
}
