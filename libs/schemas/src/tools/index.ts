export type { CardStock, ProductCard } from './product-card.ts';
export { ToolCallRequest } from './tool-call.request.ts';
export { TOOL_ERROR_CODES, type ToolCallResponse, type ToolErrorCode } from './tool-call.response.ts';
export type { ToolDescription, ToolInputSchema, ToolListResponse } from './tool-list.response.ts';
