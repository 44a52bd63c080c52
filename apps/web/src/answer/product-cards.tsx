import { useState } from 'react';
import type { CardStock, ProductCard } from '@manga-assist/schemas/tools';
import type { PageLanguage } from '../words/language.ts';
import type { Words } from '../words/words.ts';
import { visibleText } from './visible-text.ts';

/** More would push the answer out of sight. */
const MOST_AT_ONCE = 6;

export interface ProductCardsProps {
  products: readonly ProductCard[];
  say: Words;
  language: PageLanguage;
}

/** What the tools found, as facts beside the answer. */
export function ProductCards({ products, say, language }: ProductCardsProps) {
  if (products.length === 0) return null;
  const rest = products.slice(MOST_AT_ONCE);
  const list = (some: readonly ProductCard[]) => (
    <ul className="product-cards">
      {some.map((product) => (
        <li key={product.manga_id}>
          <Card product={product} say={say} language={language} />
        </li>
      ))}
    </ul>
  );
  return (
    <section className="products" aria-label={say.products.label}>
      {list(products.slice(0, MOST_AT_ONCE))}
      {rest.length > 0 && (
        <details>
          <summary>{say.products.more(rest.length)}</summary>
          {list(rest)}
        </details>
      )}
    </section>
  );
}

function Card({ product, say, language }: { product: ProductCard; say: Words; language: PageLanguage }) {
  const [main, second] = titlesOf(product, language);
  const isSoldOut = product.stock.volume === undefined ? product.stock.volumes > 0 && product.stock.volumes_in_stock === 0 : product.stock.quantity === 0;
  return (
    <article className="product-card">
      {product.cover_url !== null && <Cover url={product.cover_url} />}
      <div>
        <h3 lang={main?.lang}>{main?.text}</h3>
        {second && <p lang={second.lang}>{second.text}</p>}
        {product.authors.length > 0 && <p>{visibleText(product.authors.join(language === 'ja' ? '、' : ', '))}</p>}
        <p className="product-price">{product.price_jpy === null ? say.products.priceUnknown : say.products.price(product.price_jpy)}</p>
        <p className={isSoldOut ? 'product-stock is-sold-out' : 'product-stock'}>{stockInWords(product.stock, say)}</p>
        {product.reason !== undefined && <p className="product-reason">{visibleText(product.reason)}</p>}
      </div>
    </article>
  );
}

/** Its words say all that there is to know; one that cannot be loaded leaves no hole. */
function Cover({ url }: { url: string }) {
  const [isMissing, setMissing] = useState(false);
  if (isMissing) return null;
  // The source last: a browser may ask for it as soon as it is set.
  return <img alt="" width={72} height={104} loading="lazy" referrerPolicy="no-referrer" onError={() => setMissing(true)} src={url} />;
}

/** The reader's own language first; romaji only where nothing else stands beside the Japanese. */
function titlesOf({ title_ja, title_romaji, title_en }: ProductCard, language: PageLanguage): { text: string; lang: string }[] {
  const japanese = [{ text: title_ja, lang: 'ja' }];
  const latin = title_en === undefined ? [{ text: title_romaji, lang: 'ja-Latn' }] : [{ text: title_en, lang: 'en' }];
  const ordered = language === 'ja' ? [...japanese, ...latin] : [...latin, ...japanese];
  return ordered.flatMap(({ text, lang }) => (text === undefined ? [] : [{ text: visibleText(text), lang }]));
}

function stockInWords({ volumes, volumes_in_stock: inStock, volume, quantity }: CardStock, { products: say }: Words): string {
  if (volume !== undefined && quantity !== undefined) return say.volume(volume, quantity);
  if (volumes === 0) return say.stockUnknown;
  if (inStock === 0) return say.soldOut;
  return inStock === volumes ? say.allInStock(volumes) : say.someInStock(inStock, volumes);
}
