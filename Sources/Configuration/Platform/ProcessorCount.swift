internal import Reactor
/// How many workers `workers: auto` stands for.
public enum ProcessorCount {
  /// min(control group's CPU quota, rounded up; processors that are online and that this process may run on); at
  /// least 1.
  public static func available() -> Int {
    available { path in
      guard let bytes = try? FileContents.read(path, limit: 1 << 20) else { return nil }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// The same out of the kernel's texts.
  static func available(read: @escaping (String) -> String?) -> Int {
    let online = read("/sys/devices/system/cpu/online").flatMap(processors)
    let status = read("/proc/self/status") ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    let allowed = line.flatMap { processors(String($0.drop { $0 != ":" }.dropFirst())) }
    let usable = allowed.map { online?.intersection($0) ?? $0 } ?? online ?? []
    return max(1, min(max(1, usable.count), ProcessorQuota(read: read).processors() ?? .max))
  }

  /// A list such as `0-3,8`; nil where it is none.
  private static func processors(_ list: String) -> Set<Int>? {
    var processors: Set<Int> = []
    for part in list.filter({ !$0.isWhitespace }).split(separator: ",") {
      let ends = part.split(separator: "-").map { Int($0) ?? -1 }
      guard let first = ends.first, let last = ends.last, ends.count <= 2, first >= 0, last >= first,
        last < 1 << 16
      else { return nil }
      processors.formUnion(first...last)
    }
    return processors.isEmpty ? nil : processors
  }
}
