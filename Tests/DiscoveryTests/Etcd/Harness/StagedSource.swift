@testable import Discovery

/// A suite of tests each of which has a source on a stage of its own.
protocol StagedSource {
  var stage: SourceStage { get }
}

extension StagedSource {
  typealias Answers = EtcdAnswers

  var source: EtcdSource { stage.source }
  var sink: NotedEndpoints { stage.sink }
  var a: String { "10.0.0.1:80" }
  var b: String { "10.0.0.2:80" }
}
