import { DEMOGRAPHICS, GENRES } from '@manga-assist/catalogue';
import type { ToolDescription } from '@manga-assist/schemas/tools';

export const LONGEST_QUERY = 200;
export const MOST_RESULTS = 20;
export const USUAL_RESULTS = 5;

const YEAR = { type: 'integer', minimum: 1900, maximum: 2100 };
const PRICE_JPY = { type: 'integer', minimum: 1, maximum: 1_000_000 };

/** What a shopper may demand of series, however they are looked for. */
export const DEMANDS = {
  genre: { type: 'string', enum: [...GENRES], description: 'Only this genre.' },
  demographic: { type: 'string', enum: [...DEMOGRAPHICS], description: 'Only series for these readers.' },
  status: { type: 'string', enum: ['finished', 'ongoing', 'hiatus'], description: 'Only series that are finished, still running or paused.' },
  from_year: { ...YEAR, description: 'Only series that began in this year or later.' },
  to_year: { ...YEAR, description: 'Only series that began in this year or earlier.' },
  in_stock: { type: 'boolean', description: 'true: only series of which a volume can be had at this moment.' },
  min_price_jpy: { ...PRICE_JPY, description: 'Lowest price of one volume, in yen.' },
  max_price_jpy: { ...PRICE_JPY, description: 'Highest price of one volume, in yen.' },
  max_results: { type: 'integer', minimum: 1, maximum: MOST_RESULTS, default: USUAL_RESULTS, description: `How many series to return (1-${MOST_RESULTS}).` },
};

export const SEARCH_MANGA_CATALOG: ToolDescription = {
  name: 'search_manga_catalog',
  description:
    "Search the store's manga catalogue by title (Japanese, romaji, English or nickname), author, theme or plot, in Japanese or English. " +
    'Returns matching series with their manga_id, authors, genres and a description. ' +
    "Use it before recommending or describing any series, and to find a series' manga_id. For series like another one, name that one in similar_to.",
  input_schema: {
    type: 'object',
    properties: {
      query: {
        type: 'string',
        minLength: 1,
        maxLength: LONGEST_QUERY,
        description: "What to look for: a title, an author, or a theme such as 'pirates' or '百人一首'. Leave out words such as 'manga' or 'do you have'.",
      },
      similar_to: { type: 'string', minLength: 1, maxLength: LONGEST_QUERY, description: 'Title or manga_id of a series; finds others like it, itself left out.' },
      author: { type: 'string', minLength: 1, maxLength: 100, description: 'Only this author, in any script.' },
      ...DEMANDS,
    },
    required: ['query'],
    additionalProperties: false,
  },
};
