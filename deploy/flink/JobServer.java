import org.apache.beam.runners.flink.FlinkJobServerDriver;

/**
 * Beam's job server for Flink, which keeps its jars to itself.
 *
 * <p>Beam sends the job server's whole class path to the cluster with each job: 150 MB, 10 to 20 seconds on a small machine. Our cluster has
 * the same jars already, so there is nothing to send; Beam finds the class path by this property.
 */
public final class JobServer {
  public static void main(String[] arguments) throws Exception {
    System.setProperty("java.class.path", "");
    FlinkJobServerDriver.main(arguments);
  }
}
