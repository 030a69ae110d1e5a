/// CPU quotas of control groups, out of the texts of their files. A quota of 1.5 processors counts as 2.
struct ProcessorQuota {
  /// Reads a file under `/proc` or `/sys`; nil where it is not there.
  let read: (String) -> String?

  /// The least quota of this process's group and all groups above it; nil where nothing limits it.
  func processors() -> Int? {
    guard let groups = read("/proc/self/cgroup") else { return nil }
    var least: Int?
    for line in groups.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let controllers = parts[1].split(separator: ",")
      let found: Int?
      if parts[0] == "0" && controllers.isEmpty {
        found = unified(String(parts[2]))
      } else if controllers.contains("cpu") {
        found = legacy(String(parts[2]), mounts: [parts[1], "cpu", "cpu,cpuacct"].map(String.init))
      } else {
        continue
      }
      if let found { least = min(least ?? found, found) }
    }
    return least
  }

  /// cgroup v2: `cpu.max` holds `<quota or max> <period>` in microseconds.
  private func unified(_ path: String) -> Int? {
    least(path, mounts: ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]) { directory in
      guard let words = read(directory + "/cpu.max")?.split(whereSeparator: \.isWhitespace), words.count == 2,
        let quota = Int(words[0]), let period = Int(words[1])
      else { return nil }
      return Self.roundedUp(quota, period)
    }
  }

  /// cgroup v1: the quota is -1 where there is none.
  private func legacy(_ path: String, mounts: [String]) -> Int? {
    least(path, mounts: mounts.map { "/sys/fs/cgroup/" + $0 }) { directory in
      guard let quota = number(directory + "/cpu.cfs_quota_us"),
        let period = number(directory + "/cpu.cfs_period_us")
      else { return nil }
      return Self.roundedUp(quota, period)
    }
  }

  /// Within a container the path may be that of the host, of which only the root is mounted: so the way up to it
  /// is always walked whole.
  private func least(_ path: String, mounts: [String], _ quota: (String) -> Int?) -> Int? {
    var least: Int?
    var rest = path[...]
    while rest.last == "/" { rest.removeLast() }
    while true {
      for mount in mounts {
        if let found = quota(mount + rest) { least = min(least ?? found, found) }
      }
      guard let slash = rest.lastIndex(of: "/") else { return least }
      rest = rest[..<slash]
    }
  }

  private func number(_ path: String) -> Int? {
    read(path).flatMap { Int(String($0.filter { !$0.isWhitespace })) }
  }

  private static func roundedUp(_ quota: Int, _ period: Int) -> Int? {
    guard quota > 0, period > 0 else { return nil }
    return max(1, (quota - 1) / period + 1)
  }
}
