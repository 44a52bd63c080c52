package mangaassist;

import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node on loopback. Arguments: HTTP port, folder for data. Ends when its standard input does. */
public final class Node {
    private static final String PLUGINS = String.join(",",
        "org.opensearch.knn.plugin.KNNPlugin",
        "org.opensearch.neuralsearch.plugin.NeuralSearch",
        JapaneseAnalysisPlugin.class.getName());

    public static void main(final String[] arguments) throws Exception {
        final int port = Integer.parseInt(arguments[0]);
        final OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", String.valueOf(port));
            settings.put("transport.port", "0");
            settings.put("discovery.type", "single-node");
            // A full disk of the machine is no reason to refuse a test's ten documents.
            settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
        });
        runner.build(OpenSearchRunner.newConfigs()
            .clusterName("manga-assist").numOfNode(1).basePath(arguments[1])
            .pluginTypes(PLUGINS).useLogger().disableESLogger());
        runner.ensureYellow();
        System.out.println("READY");
        System.out.flush();
        while (System.in.read() != -1) {
            // Whoever started this holds the other end.
        }
        runner.close();
        System.exit(0);
    }

    private Node() {
    }
}
