// SPDX-License-Identifier: Apache-2.0

import CForestKernels

extension ContributionBuilder {
    /// A split as a step needs it.
    struct Split {
        /// The left child's share of the cover.
        let share: Double
        /// What earlier splits on the feature have left of the cover; 1 for the first.
        let rest: Float
        let isRepeated: Bool
        /// Values of the children that are leaves.
        let leftLeaf: Float?
        let rightLeaf: Float?

        /// What is left of the cover on the feature's part of the path, on either side.
        var leftRest: Float { Float(Double(rest) * share) }
        var rightRest: Float { rest - leftRest }
        /// Whether both children are leaves.
        var isOver: Bool { leftLeaf != nil && rightLeaf != nil }

        var kind: UInt8 {
            (isRepeated ? UInt8(CFK_STEP_REPEATED) : 0)
                | (leftLeaf != nil ? UInt8(CFK_STEP_LEFT_LEAF) : 0)
                | (rightLeaf != nil ? UInt8(CFK_STEP_RIGHT_LEAF) : 0)
        }

        /// Appends the constants in the order of `cfk_contribution_step`.
        func append(to constants: inout [Float], quadrature: Quadrature, scale: Float) {
            let leftFactor = rightRest * scale
            let rightFactor = -leftRest * scale
            let left = leftLeaf ?? 0
            let right = rightLeaf ?? 0
            let difference = left - right
            if isOver {
                constants.append(difference * leftFactor)
                constants.append(difference * rightFactor)
                constants.append(Float(share) * difference + right)
            } else {
                constants.append(leftFactor)
                constants.append(rightFactor)
                constants.append(Float(share))
            }
            constants.append(left)
            constants.append(right)
            for goesLeft in [true, false] {
                for place in quadrature.places {
                    let share = leftShare(at: place, goesLeft: goesLeft)
                    constants.append(isOver ? share * difference + right : share)
                }
            }
            guard isRepeated else { return }
            for place in quadrature.places {
                let weight = inverse(at: place)
                constants.append(weight * weight)
            }
        }

        /// The left child's share of what lies below, at a point, while the row is on the path.
        private func leftShare(at place: Float, goesLeft: Bool) -> Float {
            let covered = leftRest * (1 - place)
            return (goesLeft ? covered + place : covered) * inverse(at: place)
        }

        private func inverse(at place: Float) -> Float {
            isRepeated ? 1 / (rest * (1 - place) + place) : 1
        }
    }
}
