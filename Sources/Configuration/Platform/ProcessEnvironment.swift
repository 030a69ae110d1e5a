internal import Glibc

/// The environment of this process, for `${VAR}`.
public enum ProcessEnvironment {
  public static func variables() -> [String: String] {
    var variables: [String: String] = [:]
    // SAFETY: `environ` is a null-terminated array of terminated strings; nothing here changes it while we read.
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let line = unsafe String(cString: text)
      if let equals = line.firstIndex(of: "=") {
        variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
      }
      unsafe entry += 1
    }
    return variables
  }
}
