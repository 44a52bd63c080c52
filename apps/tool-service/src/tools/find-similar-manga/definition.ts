import type { ToolDescription } from '@manga-assist/schemas/tools';
import { DEMANDS, LONGEST_QUERY } from '../search-manga-catalog/definition.ts';

// Models take no `anyOf` around the arguments: that one of the two is there is checked by the tool.
export const FIND_SIMILAR_MANGA: ToolDescription = {
  name: 'find_similar_manga',
  description:
    'Find manga similar to one series that the customer names, itself left out, each with the reason why it is alike. ' +
    "Give the series' title in any script or its manga_id. To look for a title, an author or a theme use search_manga_catalog.",
  input_schema: {
    type: 'object',
    properties: {
      title: { type: 'string', minLength: 1, maxLength: LONGEST_QUERY, description: 'The title of the series, in Japanese, romaji or English, or a nickname of it.' },
      manga_id: { type: 'string', minLength: 1, maxLength: LONGEST_QUERY, description: "The series' manga_id, such as MNG-7K2M9Q4X, when it is known." },
      ...DEMANDS,
    },
    required: [],
    additionalProperties: false,
  },
};
