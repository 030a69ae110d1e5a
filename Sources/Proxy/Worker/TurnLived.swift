internal import HTTP
internal import Mesh

/// An object that outlives the turn of the loop in which anything uses it, whoever lets go of it meanwhile:
/// * pools and what the snapshot holds live as long as their worker;
/// * an exchange until nobody has used it for seconds (`Worker.lookAtMemory`). Whatever holds one between two turns has to
///   let go of it when the exchange finishes, and belongs into `Worker.isAnyLent`, which watches that in the tests;
/// * a stream of HTTP/2 until its connection's next event is asked for;
/// * the connections' own ends of it until the turn in which they close is over (`Worker.freeRetired`).
protocol TurnLived: AnyObject {}

extension Exchange: TurnLived {}
extension UpstreamPool: TurnLived {}
extension Service: TurnLived {}
extension RouteRule: TurnLived {}
extension HTTP2Stream: TurnLived {}
extension HTTP2DownstreamStream: TurnLived {}
extension HTTP2UpstreamStream: TurnLived {}
