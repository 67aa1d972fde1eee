// nextflow run main.nf --input cohort.vcf.gz --reference hg38.fa --annotation grch38 --shards 100
process score {
    cpus 2
    memory '8 GB'

    input:
    tuple val(number), path(variants), path(reference)

    output:
    path "${number}.shard"

    script:
    """
    twinsplice score $variants --reference $reference --annotation $params.annotation \\
        --shard $number/$params.shards --threads $task.cpus --output ${number}.shard
    """
}

process merge {
    publishDir '.', mode: 'copy'

    input:
    path shards
    path variants
    path reference

    output:
    path 'scored.vcf.gz*'

    script:
    """
    twinsplice merge $shards --input $variants --reference $reference --output scored.vcf.gz
    """
}

workflow {
    variants = file(params.input)
    reference = file(params.reference)
    numbers = Channel.of(1..params.shards.toInteger())
    merge(score(numbers.map { [it, variants, reference] }).collect(), variants, reference)
}
