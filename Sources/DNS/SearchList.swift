/// The full names that a name may stand for, in the order in which they are tried (resolv.conf(5): `search`, `ndots`).
struct SearchList: Equatable {
  var domains: [String] = []
  /// A name with so many dots is tried as it is first.
  var dots = 1

  func names(for name: String) -> [String] {
    if name.hasSuffix(".") { return [String(name.dropLast())] }
    let longer = domains.filter { !$0.isEmpty && $0 != "." }.map { "\(name).\($0)" }
    let isFull = name.utf8.count { $0 == UInt8(ascii: ".") } >= dots
    return isFull ? [name] + longer : longer + [name]
  }
}
