/// An object that outlives the turn of the loop in which anything uses it, whoever lets go of it meanwhile. Each type
/// says why it does where it conforms.
public protocol TurnLived: AnyObject {}
