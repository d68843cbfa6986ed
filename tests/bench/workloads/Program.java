import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** Eight threads that write and read files and make garbage. */
class Program {
	static int work(int n) throws Exception {
		Path file = Files.createTempFile("program", ".txt");
		List<String> lines = new ArrayList<>();
		int sum = 0;

		for (int i = 0; i < 2000; i++)
			lines.add("line " + i + " of " + n);
		for (int i = 0; i < 20; i++) {
			Files.write(file, lines);
			sum += Files.readAllLines(file).size();
		}
		Files.delete(file);
		return sum;
	}

	public static void main(String[] args) throws Exception {
		var pool = Executors.newFixedThreadPool(8);
		List<Callable<Integer>> tasks = new ArrayList<>();
		int sum = 0;

		for (int i = 0; i < 8; i++) {
			int n = i;
			tasks.add(() -> work(n));
		}
		for (var result : pool.invokeAll(tasks))
			sum += result.get();
		pool.shutdown();
		if (sum != 8 * 20 * 2000)
			System.exit(1);
	}
}
