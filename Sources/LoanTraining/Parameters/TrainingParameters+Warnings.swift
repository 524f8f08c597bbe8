// SPDX-License-Identifier: Apache-2.0

extension TrainingParameters {
    /// Sentences on choices with which probabilities are not those of the rows.
    package func warnings(for task: TrainingTask) -> [String] {
        guard task == .probability else { return [] }
        var warnings: [String] = []
        if positiveWeight != 1 {
            warnings.append(
                "With scale_pos_weight \(positiveWeight) the probabilities are not the shares of "
                    + "defaults among the rows: use them as ranks, or calibrate them."
            )
        }
        if deltaStepMax > 0 {
            warnings.append(
                "With max_delta_step \(deltaStepMax) leaves are held back, and probabilities may "
                    + "stay too far from 0 and 1: look at the calibration."
            )
        }
        return warnings
    }
}
