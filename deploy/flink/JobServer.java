import org.apache.beam.runners.flink.FlinkJobServerDriver;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Beam's job server for Flink. It sends no jars, and reports its versions.
 *
 * <p>Beam sends the job server's whole class path to the cluster with each job: 150 MB, 10 to 20 seconds on a small machine. Our cluster has
 * the same jars already, so there is nothing to send. Beam reads the class path from the property java.class.path.
 */
public final class JobServer {
  /**
   * A job server can be asked for its options and their defaults, but not for its version. So the versions are the defaults of options that
   * nobody sets. deploy/build_engines.py fills in the versions of pom.xml.
   */
  public interface Versions extends PipelineOptions {
    @Description("The Beam SDK for Python that this job server was tested with.")
    @Default.String("${beam.sdk.version}")
    String getCopydeskSdk();

    void setCopydeskSdk(String version);

    @Description("The Beam runner in this job server.")
    @Default.String("${beam.runner.version}")
    String getCopydeskRunner();

    void setCopydeskRunner(String version);

    @Description("The Flink that this job server is for.")
    @Default.String("${flink.patch}")
    String getCopydeskFlink();

    void setCopydeskFlink(String version);
  }

  public static void main(String[] arguments) throws Exception {
    System.setProperty("java.class.path", "");
    PipelineOptionsFactory.register(Versions.class);
    FlinkJobServerDriver.main(arguments);
  }
}
