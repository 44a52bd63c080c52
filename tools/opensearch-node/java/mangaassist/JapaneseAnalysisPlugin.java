package mangaassist;

import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.text.Transliterator;
import java.io.Reader;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.icu.ICUFoldingFilter;
import org.apache.lucene.analysis.icu.ICUNormalizer2CharFilter;
import org.apache.lucene.analysis.icu.ICUTransformFilter;
import org.apache.lucene.analysis.ja.JapaneseAnalyzer;
import org.apache.lucene.analysis.ja.JapaneseBaseFormFilter;
import org.apache.lucene.analysis.ja.JapaneseKatakanaStemFilter;
import org.apache.lucene.analysis.ja.JapanesePartOfSpeechStopFilter;
import org.apache.lucene.analysis.ja.JapaneseReadingFormFilter;
import org.apache.lucene.analysis.ja.JapaneseTokenizer;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.analysis.AbstractCharFilterFactory;
import org.opensearch.index.analysis.AbstractTokenFilterFactory;
import org.opensearch.index.analysis.AbstractTokenizerFactory;
import org.opensearch.index.analysis.CharFilterFactory;
import org.opensearch.index.analysis.TokenFilterFactory;
import org.opensearch.index.analysis.TokenizerFactory;
import org.opensearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.opensearch.plugins.AnalysisPlugin;
import org.opensearch.plugins.Plugin;

/**
 * Lucene's Japanese and ICU analysis under the names of the official analysis-kuromoji and analysis-icu plugins,
 * which Maven Central does not have, so that one index definition works here and on a managed domain.
 * Only what our index uses: no user dictionaries, no collation.
 */
public final class JapaneseAnalysisPlugin extends Plugin implements AnalysisPlugin {
    @Override
    public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
        return Map.of("icu_normalizer", (index, environment, name, settings) -> new NormalizerFactory(index, name));
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of("kuromoji_tokenizer", (index, environment, name, settings) -> new KuromojiFactory(index, name, settings));
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        return Map.of(
            "kuromoji_baseform", filter((settings, tokens) -> new JapaneseBaseFormFilter(tokens)),
            "kuromoji_part_of_speech", filter((settings, tokens) -> new JapanesePartOfSpeechStopFilter(tokens, Stops.TAGS)),
            "kuromoji_stemmer", filter((settings, tokens) -> new JapaneseKatakanaStemFilter(tokens, settings.getAsInt("minimum_length", 4))),
            "kuromoji_readingform", filter((settings, tokens) -> new JapaneseReadingFormFilter(tokens, settings.getAsBoolean("use_romaji", false))),
            "ja_stop", filter((settings, tokens) -> new StopFilter(tokens, Stops.WORDS)),
            "icu_folding", filter((settings, tokens) -> new ICUFoldingFilter(tokens)),
            "icu_transform", filter((settings, tokens) -> new ICUTransformFilter(tokens, Transliterator.getInstance(settings.get("id", "Null")))));
    }

    private static AnalysisProvider<TokenFilterFactory> filter(final Filtering filtering) {
        return (index, environment, name, settings) -> new FilterFactory(index, name, settings, filtering);
    }

    @FunctionalInterface
    private interface Filtering {
        TokenStream apply(Settings settings, TokenStream tokens);
    }

    private static final class Stops {
        static final CharArraySet WORDS = JapaneseAnalyzer.getDefaultStopSet();
        static final Set<String> TAGS = JapaneseAnalyzer.getDefaultStopTags();
    }

    private static final class FilterFactory extends AbstractTokenFilterFactory {
        private final UnaryOperator<TokenStream> filtering;

        FilterFactory(final IndexSettings index, final String name, final Settings settings, final Filtering filtering) {
            super(index, name, settings);
            this.filtering = tokens -> filtering.apply(settings, tokens);
        }

        @Override
        public TokenStream create(final TokenStream tokens) {
            return filtering.apply(tokens);
        }
    }

    private static final class NormalizerFactory extends AbstractCharFilterFactory {
        NormalizerFactory(final IndexSettings index, final String name) {
            super(index, name);
        }

        @Override
        public Reader create(final Reader reader) {
            return new ICUNormalizer2CharFilter(reader, Normalizer2.getNFKCCasefoldInstance());
        }
    }

    private static final class KuromojiFactory extends AbstractTokenizerFactory {
        private final JapaneseTokenizer.Mode mode;
        private final boolean discardsCompounds;

        KuromojiFactory(final IndexSettings index, final String name, final Settings settings) {
            super(index, settings, name);
            mode = JapaneseTokenizer.Mode.valueOf(settings.get("mode", "search").toUpperCase(java.util.Locale.ROOT));
            discardsCompounds = settings.getAsBoolean("discard_compound_token", false);
        }

        @Override
        public Tokenizer create() {
            return new JapaneseTokenizer(null, true, discardsCompounds, mode);
        }
    }
}
