// SPDX-License-Identifier: Apache-2.0

// Sentences for whoever gave the model: they follow "NAME: ".

extension ForestError: CustomStringConvertible {
    /// What is wrong, and what to do about it.
    public var description: String {
        switch self {
        case .tooLarge(let quantity, let count, let limit):
            "\(count) \(quantity.words) are above the limit of \(limit)"
        case .malformed(let offset):
            "the file is not JSON or UBJSON as XGBoost writes it, at byte \(offset)"
        case .truncated: "the document ends too early: the file is cut"
        case .wrongType(let field, let offset):
            "\(field), at byte \(offset), is of another kind than XGBoost writes"
        case .missingField(let field):
            "\(field) is missing, which every XGBoost model has: the file is cut, or another tool "
                + "wrote it"
        case .duplicateField(let field): "\(field) is given twice"
        case .unknownField(let field, let level):
            "\(field) in \(level) is unknown to this release; written by a newer XGBoost?"
        case .invalidValue(let field): "the value of \(field) is not one that XGBoost writes"
        case .wrongCount(let field, let stated, let found):
            "\(field) says \(stated), but the document has \(found): the file is cut or altered"
        case .bestIteration(let best, let iterations):
            "best_iteration is \(best), but the model has \(iterations) iterations, counted from 0; "
                + "correct it with set_attr, or set it to None to score all of them"
        case .iterations(let range, let count):
            "the iterations \(range.lowerBound)-\(range.upperBound) are not all there: "
                + "\(count) can be chosen, counted from 0, and the end does not count"
        case .unsupported(let feature): feature.sentence
        case .invalidTree(let tree, let fault): "tree \(tree): \(fault.sentence)"
        case .invalidSection(let id): "section \(id) of the stored forest is damaged"
        }
    }
}

extension ForestError.Quantity {
    /// What is counted, in words.
    package var words: String {
        switch self {
        case .bytes: "bytes"
        case .nesting: "levels of nesting"
        case .trees: "trees"
        case .nodes: "nodes"
        case .depth: "levels of a tree"
        case .features: "features"
        case .categories: "categories"
        case .columns: "byte columns"
        case .text: "bytes of one text"
        case .categoryWords: "words of category sets"
        case .categorySets: "category sets"
        case .cuts: "distinct thresholds"
        case .outputs: "classes or targets"
        case .weights: "weights of a linear model"
        }
    }
}

extension ForestError.Feature {
    fileprivate var sentence: String {
        switch self {
        case .booster(let name):
            "the booster \(name) is unknown to this release, which reads gbtree, dart and gblinear"
        case .objective(let name):
            "the objective \(name) is not supported; these are: "
                + Objective.allCases.map(\.rawValue).joined(separator: ", ")
        case .version(let version):
            "written by XGBoost \(version); this release knows the models of XGBoost 1 to "
                + "\(DocumentVersion.majorMax)"
        case .parallelTrees(let best, let trees):
            "best_iteration is \(best), which are \(trees) trees by best_ntree_limit; releases of "
                + "XGBoost disagree about such a model of 1.5 or older; where it was trained, cut it "
                + "(booster[:booster.best_iteration + 1]), set best_iteration and best_ntree_limit "
                + "to None with set_attr, and save it again"
        case .binaryFormat:
            "the file is in XGBoost's old binary format; convert it with XGBoost 1.3 to 3.0: python -c "
                + "\"import xgboost; b = xgboost.Booster(); b.load_model('model.bin'); "
                + "b.save_model('model.json')\""
        }
    }
}

extension ForestError.TreeFault {
    fileprivate var sentence: String {
        switch self {
        case .arrayLength(let field, let count, let expected):
            "\(field) has \(count) entries where \(expected) are needed"
        case .wrongCount(let field, let stated, let found):
            "\(field) says \(stated), but the document has \(found): the file is cut or altered"
        case .flag(let field, let node): "\(field) of node \(node) is neither 0 nor 1"
        case .child(let node): "a child of node \(node) is not a later node of the tree"
        case .sharedChild(let node): "node \(node) has two parents"
        case .unreachable(let node):
            "node \(node) has no parent, and is not marked as deleted"
        case .feature(let node): "node \(node) splits by a feature that the model does not have"
        case .value(let node): "the threshold or the leaf of node \(node) is not finite"
        case .categories(let node): "the categories of node \(node) are missing or wrong"
        case .output(let output, let count):
            "tree_info says output \(output), counted from 0, but the model has \(count)"
        }
    }
}
