import HTTP
import Primitives
import Testing

@Suite struct CacheLifetimeTests {
  @Test(
    arguments: [
      ([], nil), ([""], nil), (["public"], nil), (["max-age=60"], 60),
      (["public, MAX-AGE=5 , must-revalidate"], 5),
      (["public", "max-age=7"], 7), (["max-age=7", "max-age=9"], 7), (["max-age=0"], 0),
      (["no-store, max-age=60"], 0),
      (["max-age=60", "no-cache"], 0), (["max-age="], nil), (["max-age=-1"], nil), (["max-age=1.5"], nil),
      (["s-maxage=60"], nil), (["max-age=99999999999999999999"], 1 << 31),
    ] as [([String], Int64?)])
  func lifetimes(values: [String], seconds: Int64?) {
    var head = MessageHead()
    head.reset(status: 200)
    for value in values { head.append(.cacheControl, Array(value.utf8).span) }
    #expect(CacheLifetime.read(head) == seconds.map { .seconds($0) })
  }
}
