import type { ToolDescription } from '@manga-assist/schemas/tools';

export const GET_MANGA_DETAILS: ToolDescription = {
  name: 'get_manga_details',
  description:
    'Get the details of one manga series: titles and their reading, authors, publisher, years, volumes, genres, themes, description, price and whether any volume is in stock. ' +
    'Get the manga_id from search_manga_catalog first. For the stock of one volume use check_manga_availability.',
  input_schema: {
    type: 'object',
    properties: {
      manga_id: { type: 'string', minLength: 1, maxLength: 200, description: "The series' manga_id, such as MNG-7K2M9Q4X." },
    },
    required: ['manga_id'],
    additionalProperties: false,
  },
};
